package dev.gossamer.protocols.method;

import dev.gossamer.protocols.run.CodecPlan;
import dev.gossamer.protocols.run.PrivacyPlan;
import dev.gossamer.protocols.run.RunFile;
import dev.gossamer.protocols.run.RunFile.BasisPlan;

/** Whether what a run promises can be kept by all of it; every refusal names the key. */
final class PrivacyFit {
    private PrivacyFit() {}

    static void require(RunFile run) {
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
        if (mode == PrivacyPlan.Mode.EXAMPLE && run.train().dropout() > 0) {
            throw refused(
                    mode,
                    "what is dropped of a row hangs on the rows before it",
                    "train.dropout",
                    run.train().dropout(),
                    "[0]");
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
