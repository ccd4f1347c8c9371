package dev.gossamer.protocols.codec;

import dev.gossamer.protocols.adapter.Digest;
import dev.gossamer.protocols.aggregate.FixedPoint;
import dev.gossamer.protocols.aggregate.RingNorm;
import dev.gossamer.protocols.node.NodeId;
import dev.gossamer.protocols.wire.Envelope;
import dev.gossamer.protocols.wire.Message.TrainReport;
import dev.gossamer.protocols.wire.ModelVersion;
import dev.gossamer.protocols.wire.RejectReason;

import java.util.Map;
import java.util.Optional;

/**
 * Holds a training report to what its round asked for, before anything of it is used.
 *
 * @param run the run's name
 * @param cohort who may report, and in which codec
 * @param maxWeight what a report may count for
 * @param norm how long an update may be, where something is promised by it
 */
public record ReportValidator(
        String run,
        int round,
        Map<NodeId, UpdateCodec> cohort,
        ModelVersion version,
        FixedPoint fixedPoint,
        int maxWeight,
        Optional<RingNorm> norm) {
    /** What became of a report. */
    public sealed interface Verdict {
        /** It can be added. */
        record Sound(DecodedUpdate update) implements Verdict {}

        /** It cannot; {@code detail} is for people. */
        record Refused(RejectReason reason, String detail) implements Verdict {}
    }

    /** Copies the cohort. */
    public ReportValidator {
        cohort = Map.copyOf(cohort);
    }

    /** Why {@code report}, which came in {@code envelope}, is refused whatever its update is. */
    public Optional<Verdict.Refused> refusal(Envelope envelope, TrainReport report) {
        if (!envelope.run().equals(run) || envelope.round() != round) {
            return refused(
                    RejectReason.WRONG_ROUND,
                    "run=" + envelope.run() + ", round=" + envelope.round() + ", open=" + round);
        }
        UpdateCodec codec = cohort.get(envelope.sender());
        if (codec == null) {
            return refused(RejectReason.NOT_IN_COHORT, "sender=" + envelope.sender());
        }
        if (!report.version().basis().equals(version.basis())) {
            return differs(RejectReason.WRONG_BASIS, report.version().basis(), version.basis());
        }
        if (!report.version().adapter().equals(version.adapter())) {
            return differs(
                    RejectReason.WRONG_VERSION, report.version().adapter(), version.adapter());
        }
        if (!report.version().base().equals(version.base())) {
            return refused(RejectReason.WRONG_VERSION, "another version of the base");
        }
        return refusal(report, codec);
    }

    private Optional<Verdict.Refused> refusal(TrainReport report, UpdateCodec codec) {
        Digest layout = codec.layout().fingerprint();
        if (!report.layout().equals(layout)) {
            return differs(RejectReason.WRONG_LAYOUT, report.layout(), layout);
        }
        if (!fixedPoint.holdsWeight(report.weight()) || report.weight() > maxWeight) {
            return refused(
                    RejectReason.BAD_WEIGHT,
                    "weight=" + report.weight() + ", bound=1.." + maxWeight);
        }
        if (report.update().length() > codec.maxBytes()) {
            return refused(
                    RejectReason.TOO_LARGE,
                    "update=" + report.update().length() + ", bound=" + codec.maxBytes());
        }
        return Optional.empty();
    }

    /** Whether {@code update}, of a report by {@code sender} that was not refused, can be added. */
    public Verdict check(NodeId sender, byte[] update) {
        DecodedUpdate decoded;
        try {
            decoded = cohort.get(sender).decode(update);
        } catch (CodecException e) {
            return new Verdict.Refused(e.fault().reason(), e.getMessage());
        }
        float[] values = decoded.values();
        for (int i = 0; i < values.length; i++) {
            if (!fixedPoint.holds(values[i])) {
                return new Verdict.Refused(
                        RejectReason.OUT_OF_RANGE,
                        "value=" + values[i] + ", bound=" + fixedPoint.bound());
            }
        }
        if (norm.isPresent() && !norm.get().holds(values)) {
            return new Verdict.Refused(
                    RejectReason.OUT_OF_RANGE,
                    "update is longer than the clip bound: bound=" + norm.get().bound());
        }
        return new Verdict.Sound(decoded);
    }

    private static Optional<Verdict.Refused> differs(
            RejectReason reason, Digest given, Digest expected) {
        return refused(reason, "given=" + given.brief() + ", expected=" + expected.brief());
    }

    private static Optional<Verdict.Refused> refused(RejectReason reason, String detail) {
        return Optional.of(new Verdict.Refused(reason, detail));
    }
}
