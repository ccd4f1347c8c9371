package dev.gossamer.protocols.codec;

import dev.gossamer.protocols.adapter.Digest;
import dev.gossamer.protocols.aggregate.FixedPoint;
import dev.gossamer.protocols.node.NodeId;
import dev.gossamer.protocols.wire.Envelope;
import dev.gossamer.protocols.wire.Message.TrainReport;
import dev.gossamer.protocols.wire.RejectReason;

import java.util.Set;

/**
 * Holds a training report to what its round asked for, before anything of it is used.
 *
 * @param run the run's name
 * @param cohort who may report
 * @param codec of the layout, by the run's plan
 */
public record ReportValidator(
        String run,
        int round,
        Set<NodeId> cohort,
        Digest basis,
        Digest adapter,
        Digest layout,
        UpdateCodec codec,
        FixedPoint fixedPoint) {
    /** What became of a report. */
    public sealed interface Verdict {
        /** It can be added. */
        record Sound(DecodedUpdate update) implements Verdict {}

        /** It cannot; {@code detail} is for people. */
        record Refused(RejectReason reason, String detail) implements Verdict {}
    }

    /** Copies the cohort. */
    public ReportValidator {
        cohort = Set.copyOf(cohort);
    }

    /** Whether {@code report}, which came in {@code envelope}, can be added. */
    public Verdict check(Envelope envelope, TrainReport report) {
        if (!envelope.run().equals(run) || envelope.round() != round) {
            return refused(
                    RejectReason.WRONG_ROUND,
                    "run=" + envelope.run() + ", round=" + envelope.round() + ", open=" + round);
        }
        if (!cohort.contains(envelope.sender())) {
            return refused(RejectReason.NOT_IN_COHORT, "sender=" + envelope.sender());
        }
        if (!report.basis().equals(basis)) {
            return refused(RejectReason.WRONG_BASIS, differs(report.basis(), basis));
        }
        if (!report.adapter().equals(adapter)) {
            return refused(RejectReason.WRONG_VERSION, differs(report.adapter(), adapter));
        }
        return checkValues(report);
    }

    private Verdict checkValues(TrainReport report) {
        if (!report.layout().equals(layout)) {
            return refused(RejectReason.WRONG_LAYOUT, differs(report.layout(), layout));
        }
        if (!fixedPoint.holdsWeight(report.weight())) {
            return refused(RejectReason.BAD_WEIGHT, "weight=" + report.weight());
        }
        DecodedUpdate update;
        try {
            update = codec.decode(report.update());
        } catch (CodecException e) {
            return refused(e.fault().reason(), e.getMessage());
        }
        float[] values = update.values();
        for (int i = 0; i < values.length; i++) {
            if (!fixedPoint.holds(values[i])) {
                return refused(
                        RejectReason.OUT_OF_RANGE,
                        "value=" + values[i] + ", bound=" + fixedPoint.bound());
            }
        }
        return new Verdict.Sound(update);
    }

    private static String differs(Digest given, Digest expected) {
        return "given=" + given.brief() + ", expected=" + expected.brief();
    }

    private static Verdict refused(RejectReason reason, String detail) {
        return new Verdict.Refused(reason, detail);
    }
}
