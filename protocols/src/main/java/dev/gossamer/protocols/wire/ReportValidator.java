package dev.gossamer.protocols.wire;

import dev.gossamer.protocols.adapter.Digest;
import dev.gossamer.protocols.aggregate.FixedPoint;
import dev.gossamer.protocols.node.NodeId;
import dev.gossamer.protocols.wire.Message.TrainReport;

import java.util.Set;

/**
 * Holds a training report to what its round asked for, before anything of it is used.
 *
 * @param run the run's name
 * @param cohort who may report
 * @param size how many values the layout has
 */
public record ReportValidator(
        String run,
        int round,
        Set<NodeId> cohort,
        Digest basis,
        Digest adapter,
        Digest layout,
        int size,
        FixedPoint fixedPoint) {
    /** What became of a report. */
    public sealed interface Verdict {
        /** It can be added. */
        record Sound() implements Verdict {}

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
        if (report.update().length != size) {
            return refused(
                    RejectReason.WRONG_LAYOUT,
                    "values=" + report.update().length + ", expected=" + size);
        }
        if (!fixedPoint.holdsWeight(report.weight())) {
            return refused(RejectReason.BAD_WEIGHT, "weight=" + report.weight());
        }
        for (int i = 0; i < size; i++) {
            float value = report.update()[i];
            if (!fixedPoint.holds(value)) {
                return refused(
                        Float.isFinite(value) ? RejectReason.OUT_OF_RANGE : RejectReason.NOT_FINITE,
                        "index=" + i + ", value=" + value + ", bound=" + fixedPoint.bound());
            }
        }
        return new Verdict.Sound();
    }

    private static String differs(Digest given, Digest expected) {
        return "given=" + given.brief() + ", expected=" + expected.brief();
    }

    private static Verdict refused(RejectReason reason, String detail) {
        return new Verdict.Refused(reason, detail);
    }
}
