package dev.gossamer.coordinator.round;

import dev.gossamer.protocols.adapter.AdapterState;
import dev.gossamer.protocols.adapter.AdapterValues;
import dev.gossamer.protocols.adapter.Digest;
import dev.gossamer.protocols.aggregate.FixedPoint;
import dev.gossamer.protocols.aggregate.RingAccumulator;
import dev.gossamer.protocols.aggregate.ServerOptimizer;
import dev.gossamer.protocols.method.ServerRound;
import dev.gossamer.protocols.method.SumMethod;
import dev.gossamer.protocols.node.NodeId;
import dev.gossamer.protocols.wire.Envelope;
import dev.gossamer.protocols.wire.EnvelopeCodec;
import dev.gossamer.protocols.wire.Message.TrainReport;
import dev.gossamer.protocols.wire.ReportValidator;

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
    private final RingAccumulator ring;
    private final ReportValidator validator;

    /**
     * A round without reports.
     *
     * @param artifact the name of {@code start} as an artifact
     */
    Round(
            String run,
            int number,
            int attempt,
            List<NodeId> cohort,
            Digest basis,
            Digest artifact,
            AdapterState start,
            FixedPoint fixedPoint) {
        this.number = number;
        this.attempt = attempt;
        this.cohort = List.copyOf(cohort);
        ring = new RingAccumulator(fixedPoint, start.values().length);
        validator =
                new ReportValidator(
                        run,
                        number,
                        Set.copyOf(cohort),
                        basis,
                        artifact,
                        start.layout().fingerprint(),
                        start.values().length,
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
        ring.add(report.update(), report.weight());
        reported.put(envelope.sender(), content(envelope));
    }

    int reports() {
        return ring.reports();
    }

    /** The adapter after this round, which began with {@code current}. */
    AdapterState next(SumMethod method, ServerOptimizer optimizer, AdapterState current) {
        return ServerRound.first(AdapterValues.of(current))
                .next(method, optimizer, new AdapterValues(current.layout(), ring.mean()))
                .adapter()
                .state();
    }
}
