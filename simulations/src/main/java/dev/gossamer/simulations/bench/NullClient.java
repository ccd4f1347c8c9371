package dev.gossamer.simulations.bench;

import dev.gossamer.protocols.adapter.AdapterCodec;
import dev.gossamer.protocols.adapter.AdapterLayout;
import dev.gossamer.protocols.adapter.Basis;
import dev.gossamer.protocols.adapter.BasisCodec;
import dev.gossamer.protocols.adapter.Digest;
import dev.gossamer.protocols.node.Node;
import dev.gossamer.protocols.node.NodeContext;
import dev.gossamer.protocols.node.NodeId;
import dev.gossamer.protocols.node.Outbox;
import dev.gossamer.protocols.run.RunFile;
import dev.gossamer.protocols.wire.Envelope;
import dev.gossamer.protocols.wire.Message;
import dev.gossamer.protocols.wire.ProtocolLimits;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * A client that trains nothing and holds nothing: its update is one number again and again, made
 * while it is fetched. What is left of a process that serves many of these is the server.
 */
final class NullClient implements Node {
    private static final int HEADER_BYTES = 24;

    private final RunFile run;
    private final AdapterLayout layout;
    private final int number;
    private final Map<String, PatternArtifact> artifacts = new TreeMap<>();
    private Outbox outbox;

    /**
     * A client.
     *
     * @param number from 1, which its update is made of; the first is the designated one
     */
    NullClient(RunFile run, AdapterLayout layout, int number) {
        this.run = run;
        this.layout = layout;
        this.number = number;
    }

    @Override
    public void start(NodeContext context) {
        outbox = new Outbox(context, run.name());
    }

    @Override
    public void connected(NodeId peer) {}

    @Override
    public void disconnected(NodeId peer) {}

    @Override
    public void receive(NodeId peer, Envelope envelope) {
        switch (envelope.body()) {
            case Message.Welcome ignored -> say(0, new Message.Hello(number, 1, number == 1, 0));
            case Message.BasisTask ignored -> say(0, basis());
            case Message.TrainTask task -> say(envelope.round(), report(task));
            case Message.EvaluateTask task ->
                    say(
                            envelope.round(),
                            new Message.EvaluateReport(
                                    task.version().adapter(),
                                    new Message.Score(1, 1, 0),
                                    Optional.empty(),
                                    OptionalDouble.empty()));
            case Message.ArtifactRequest request -> say(0, chunk(request));
            default -> {}
        }
    }

    private void say(int round, Message body) {
        outbox.send(NodeId.COORDINATOR, round, body);
    }

    private Message basis() {
        byte[] basis = BasisCodec.encode(Basis.NONE);
        byte[] header = AdapterCodec.header(layout);
        return new Message.BasisReport(
                held(new PatternArtifact(basis, 0, 0)),
                held(new PatternArtifact(header, 0, layout.size())));
    }

    /** The header of {@code UpdateCodec} for all values as fp32: docs/wire-format.md. */
    private Message report(Message.TrainTask task) {
        int size = layout.size();
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        header.put((byte) 1).put((byte) 0).put((byte) 0).put((byte) 0);
        header.putInt(size).putInt(size).putInt(0).putInt(0).putInt(Float.BYTES * size);
        PatternArtifact update = new PatternArtifact(header.array(), number * 0x1p-10f, size);
        return new Message.TrainReport(
                task.version(),
                layout.fingerprint(),
                1,
                new Message.Update.Held(held(update), update.length()),
                0,
                1);
    }

    private Digest held(PatternArtifact artifact) {
        Digest digest = artifact.digest();
        artifacts.put(digest.toString(), artifact);
        return digest;
    }

    private Message chunk(Message.ArtifactRequest request) {
        PatternArtifact artifact = artifacts.get(request.digest().toString());
        return new Message.ArtifactChunk(
                request.digest(),
                request.offset(),
                artifact.length(),
                artifact.bytes(request.offset(), ProtocolLimits.MAX_CHUNK_BYTES));
    }
}
