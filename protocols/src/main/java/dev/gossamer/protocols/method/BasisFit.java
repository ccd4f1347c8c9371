package dev.gossamer.protocols.method;

import dev.gossamer.protocols.run.RobustPlan;
import dev.gossamer.protocols.run.RunFile;
import dev.gossamer.protocols.run.RunFile.BasisPlan;

/** Whether what a run says of its basis can be done by its method; every refusal names the key. */
final class BasisFit {
    private BasisFit() {}

    /** The defaults say nothing of a basis, so they fit a method that has none. */
    static void require(RunFile run, boolean hasBasis) {
        BasisPlan basis = run.basis();
        if (hasBasis) {
            requireSums(run);
            return;
        }
        boolean privateDefault =
                run.privacy().isPrivate() && basis.from() == BasisPlan.From.WEIGHTS;
        if (basis.from() != BasisPlan.From.GRADIENT && !privateDefault) {
            throw withoutBasis(run, "basis.from", basis.from().key());
        }
        if (basis.values() != BasisPlan.Values.FP32) {
            throw withoutBasis(run, "basis.values", basis.values().key());
        }
        if (basis.rebaseEvery() != 0) {
            throw withoutBasis(run, "basis.rebase-every", basis.rebaseEvery());
        }
        if (basis.rebaseBelow() != 0) {
            throw withoutBasis(run, "basis.rebase-below", basis.rebaseBelow());
        }
    }

    /** A median of sketches is none of a gradient. */
    private static void requireSums(RunFile run) {
        if (run.basis().from() == BasisPlan.From.RANGE_FINDER
                && run.server().robust().rule() != RobustPlan.Rule.NONE) {
            throw new IllegalArgumentException(
                    "the range finder adds up what a robust rule would not: key=basis.from,"
                            + " value=range-finder, server.robust.rule="
                            + run.server().robust().rule().key()
                            + ", available=[gradient, weights, random]");
        }
    }

    private static IllegalArgumentException withoutBasis(RunFile run, String key, Object value) {
        return new IllegalArgumentException(
                "method has no basis: key="
                        + key
                        + ", value="
                        + value
                        + ", adapter.method="
                        + run.adapter().method());
    }
}
