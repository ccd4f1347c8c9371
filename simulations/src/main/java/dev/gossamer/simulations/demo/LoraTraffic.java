package dev.gossamer.simulations.demo;

import dev.gossamer.protocols.adapter.AdapterCodec;
import dev.gossamer.protocols.adapter.AdapterLayout;
import dev.gossamer.protocols.adapter.AdapterLayout.Slice;
import dev.gossamer.protocols.adapter.AdapterState;
import dev.gossamer.protocols.adapter.Basis;
import dev.gossamer.protocols.adapter.Digest;
import dev.gossamer.protocols.adapter.Factor;
import dev.gossamer.protocols.node.NodeId;
import dev.gossamer.protocols.wire.Envelope;
import dev.gossamer.protocols.wire.EnvelopeCodec;
import dev.gossamer.protocols.wire.Message;
import dev.gossamer.protocols.wire.ModelVersion;
import dev.gossamer.protocols.wire.ProtocolLimits;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What FedAvg of LoRA would have sent in the place of a run: its messages are really encoded.
 *
 * <p>Each report carries A and B of every target and the head, in parts where they fit into no
 * frame; each client gets the new ones after each round. Requests, acknowledgements and scores are
 * left out, in LoRA's favour.
 */
final class LoraTraffic {
    private static final int RANK = 8;

    /** Values that travel in parts of one chunk each, and those that surely fit into a frame. */
    private static final int PART = ProtocolLimits.MAX_CHUNK_BYTES / Float.BYTES;

    private static final int WHOLE = ProtocolLimits.MAX_FRAME_BYTES / Float.BYTES - PART;

    private LoraTraffic() {}

    /**
     * Bytes both ways, for {@code reports} reports and {@code downloads} adapters.
     *
     * @param trained the run's own adapter, whose targets are the basis's where there is one
     */
    static long bytes(
            Basis basis, AdapterLayout trained, long reports, long downloads, NodeId anyClient) {
        AdapterState adapter = adapter(basis, trained);
        return reports * report(adapter, anyClient) + downloads * download(adapter);
    }

    private static AdapterState adapter(Basis basis, AdapterLayout trained) {
        List<Slice> slices = new ArrayList<>();
        for (Basis.Target target : basis.targets()) {
            slices.add(new Slice(Factor.A.slice(target.name()), RANK, target.in()));
            slices.add(new Slice(Factor.B.slice(target.name()), target.out(), RANK));
        }
        for (Slice slice : trained.slices()) {
            switch (Factor.of(slice.name())) {
                case A -> slices.add(new Slice(slice.name(), RANK, slice.columns()));
                case B -> slices.add(new Slice(slice.name(), slice.rows(), RANK));
                case R -> {}
                case HEAD -> slices.add(slice);
            }
        }
        AdapterLayout layout = new AdapterLayout(slices);
        return new AdapterState(layout, new float[layout.size()]);
    }

    /** One frame, or as many as it takes where the values do not fit into one. */
    private static long report(AdapterState adapter, NodeId client) {
        Digest name = adapter.digest();
        float[] values = adapter.values();
        int most = values.length <= WHOLE ? values.length : PART;
        long bytes = 0;
        for (int from = 0; from < values.length; from += most) {
            float[] part = Arrays.copyOfRange(values, from, Math.min(values.length, from + most));
            byte[] update = AdapterState.littleEndian(part);
            bytes +=
                    frame(
                            client,
                            new Message.TrainReport(
                                    new ModelVersion(Optional.empty(), name, name),
                                    name,
                                    1,
                                    new Message.Update.Inline(update),
                                    1,
                                    1));
        }
        return bytes;
    }

    private static long download(AdapterState adapter) {
        byte[] content = AdapterCodec.encode(adapter);
        long bytes = 0;
        for (int from = 0; from < content.length; from += ProtocolLimits.MAX_CHUNK_BYTES) {
            int length = Math.min(ProtocolLimits.MAX_CHUNK_BYTES, content.length - from);
            byte[] data = new byte[length];
            System.arraycopy(content, from, data, 0, length);
            bytes +=
                    frame(
                            NodeId.COORDINATOR,
                            new Message.ArtifactChunk(
                                    adapter.digest(), from, content.length, data));
        }
        return bytes;
    }

    private static long frame(NodeId sender, Message body) {
        return EnvelopeCodec.encode(new Envelope("run", 1, sender, 1, body)).length;
    }
}
