package dev.gossamer.protocols.method;

import dev.gossamer.protocols.run.PrivacyPlan;
import dev.gossamer.protocols.run.RunFile;
import dev.gossamer.protocols.run.RunFile.BasisPlan;

/** Whether what a run promises can be kept by its method; every refusal names the key. */
final class PrivacyFit {
    private PrivacyFit() {}

    static void require(RunFile run) {
        PrivacyPlan privacy = run.privacy();
        if (privacy.isPrivate() && run.basis().from() == BasisPlan.From.RANGE_FINDER) {
            throw new IllegalArgumentException(
                    "the range finder adds up gradients without noise: key=basis.from,"
                            + " value=range-finder, privacy.mode="
                            + privacy.mode().key()
                            + ", available=[weights, random, gradient]");
        }
    }
}
