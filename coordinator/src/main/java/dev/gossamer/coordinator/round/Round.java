package dev.gossamer.coordinator.round;

import dev.gossamer.protocols.adapter.AdapterLayout;
import dev.gossamer.protocols.adapter.Digest;
import dev.gossamer.protocols.aggregate.FixedPoint;
import dev.gossamer.protocols.aggregate.RingAccumulator;
import dev.gossamer.protocols.codec.CodecException;
import dev.gossamer.protocols.codec.DecodedUpdate;
import dev.gossamer.protocols.codec.ReportValidator;
import dev.gossamer.protocols.codec.UpdateCodec;
import dev.gossamer.protocols.node.NodeId;
import dev.gossamer.protocols.run.CodecPlan;
import dev.gossamer.protocols.wire.Envelope;
import dev.gossamer.protocols.wire.EnvelopeCodec;
import dev.gossamer.protocols.wire.Message.TrainReport;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One open round: who was asked, who has reported, and the running sum of the reports. */
final class Round {
    private final int number;
    private final int attempt;
    private final List<NodeId> cohort;
    private final Map<NodeId, Digest> reported = new HashMap<>();
    private final AdapterLayout layout;
    private final RingAccumulator ring;
    private final UpdateCodec codec;
    private final ReportValidator validator;

    /**
     * A round without reports.
     *
     * @param artifact the adapter that is trained from
     * @param layout what of it is trained
     */
    Round(
            String run,
            int number,
            int attempt,
            List<NodeId> cohort,
            Digest basis,
            Digest artifact,
            AdapterLayout layout,
            CodecPlan upload,
            FixedPoint fixedPoint) {
        this.number = number;
        this.attempt = attempt;
        this.cohort = List.copyOf(cohort);
        this.layout = layout;
        codec = new UpdateCodec(upload, layout);
        ring = new RingAccumulator(fixedPoint, layout.size());
        validator =
                new ReportValidator(
                        run,
                        number,
                        Set.copyOf(cohort),
                        basis,
                        artifact,
                        layout.fingerprint(),
                        codec,
                        fixedPoint);
    }

    int number() {
        return number;
    }

    int attempt() {
        return attempt;
    }

    List<NodeId> cohort() {
        return cohort;
    }

    ReportValidator validator() {
        return validator;
    }

    boolean asked(NodeId node) {
        return cohort.contains(node) && !reported.containsKey(node);
    }

    boolean hasReported(NodeId node) {
        return reported.containsKey(node);
    }

    /** Whether {@code envelope} says again what its sender has reported. */
    boolean repeats(Envelope envelope) {
        return content(envelope).equals(reported.get(envelope.sender()));
    }

    /** The digest of what a report says, whatever its number. */
    private static Digest content(Envelope e) {
        return Digest.of(
                EnvelopeCodec.encode(new Envelope(e.run(), e.round(), e.sender(), 0, e.body())));
    }

    /** Adds a report that was found sound. */
    void add(Envelope envelope, TrainReport report) {
        switch (decoded(report)) {
            case DecodedUpdate.Dense dense -> ring.add(dense.values(), report.weight());
            case DecodedUpdate.Sparse sparse ->
                    ring.add(sparse.indices(), sparse.values(), report.weight());
        }
        reported.put(envelope.sender(), content(envelope));
    }

    private DecodedUpdate decoded(TrainReport report) {
        try {
            return codec.decode(report.update());
        } catch (CodecException e) {
            throw new IllegalStateException("report that was found sound cannot be read", e);
        }
    }

    /** What is trained in the round. */
    AdapterLayout layout() {
        return layout;
    }

    int reports() {
        return ring.reports();
    }

    double[] mean() {
        return ring.mean();
    }
}
