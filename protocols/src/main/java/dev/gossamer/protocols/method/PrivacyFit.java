package dev.gossamer.protocols.method;

import dev.gossamer.protocols.run.CodecPlan;
import dev.gossamer.protocols.run.PrivacyPlan;
import dev.gossamer.protocols.run.RobustPlan;
import dev.gossamer.protocols.run.RunFile;
import dev.gossamer.protocols.run.RunFile.BasisPlan;

/** Whether what a run promises can be kept by all of it; every refusal names the key. */
final class PrivacyFit {
    private PrivacyFit() {}

    static void require(RunFile run, ExchangeMethod method) {
        PrivacyPlan.Mode mode = run.privacy().mode();
        if (mode == PrivacyPlan.Mode.NONE) {
            return;
        }
        if (run.basis().from() == BasisPlan.From.RANGE_FINDER) {
            throw refused(
                    mode,
                    "the range finder adds up gradients without noise",
                    "basis.from",
                    run.basis().from().key(),
                    "[weights, random, gradient]");
        }
        CodecPlan.Feedback feedback = run.exchange().upload().feedback();
        if (feedback != CodecPlan.Feedback.NONE) {
            throw refused(
                    mode,
                    "an update is sent as it was noised, and nothing of it is owed",
                    "exchange.upload.feedback",
                    feedback.key(),
                    "[none]");
        }
        if (mode != PrivacyPlan.Mode.EXAMPLE) {
            requireSum(run, method, mode);
        } else if (run.train().dropout() > 0) {
            throw refused(
                    mode,
                    "what is dropped of a row hangs on the rows before it",
                    "train.dropout",
                    run.train().dropout(),
                    "[0]");
        }
    }

    /** Noise is of a plain sum of bounded updates, and covers nothing else. */
    private static void requireSum(RunFile run, ExchangeMethod method, PrivacyPlan.Mode mode) {
        if (!(method instanceof SumMethod)) {
            throw refused(
                    mode,
                    "method needs each update, and noise is of their sum",
                    "adapter.method",
                    method.name(),
                    "[fed-sb, cellm, fedit, ffa, rolora]");
        }
        if (method.weighs()) {
            throw refused(
                    mode,
                    "method weighs updates by what was learnt, which no noise covers",
                    "adapter.method",
                    method.name(),
                    "[fed-sb, cellm, fedit, ffa, rolora]");
        }
        RobustPlan.Rule rule = run.server().robust().rule();
        if (rule != RobustPlan.Rule.NONE) {
            throw refused(
                    mode,
                    "rule needs each update, and noise is of their sum",
                    "server.robust.rule",
                    rule.key(),
                    "[none]");
        }
    }

    private static IllegalArgumentException refused(
            PrivacyPlan.Mode mode, String cause, String key, Object value, String available) {
        return new IllegalArgumentException(
                cause
                        + ": key="
                        + key
                        + ", value="
                        + value
                        + ", privacy.mode="
                        + mode.key()
                        + ", available="
                        + available);
    }
}
