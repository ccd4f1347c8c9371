package dev.gossamer.protocols.run;

import static dev.gossamer.protocols.run.Preconditions.requirePositive;
import static dev.gossamer.protocols.run.Preconditions.requireRange;

/**
 * What takes the place of the mean where some clients may lie.
 *
 * @param attackers that are withstood, of all rules but {@code norm-bound}
 * @param bound of the Euclidean norm of an update, of {@code norm-bound} and {@code
 *     centred-clipping}
 * @param kept updates that {@code multi-krum} takes the mean of
 * @param bucket updates that {@code centred-clipping} takes the mean of first
 * @param steps of {@code geometric-median} and {@code centred-clipping}
 */
public record RobustPlan(Rule rule, int attackers, double bound, int kept, int bucket, int steps) {
    /** How the updates of a round become one. */
    public enum Rule implements Word {
        /** The weighted mean, which a single client can move at will. */
        NONE,
        NORM_BOUND,
        COORDINATE_MEDIAN,
        TRIMMED_MEAN,
        KRUM,
        MULTI_KRUM,
        GEOMETRIC_MEDIAN,
        CENTRED_CLIPPING
    }

    /** A plan within its bounds. */
    public RobustPlan {
        requireRange("server.robust.attackers", attackers, 0, RunFile.Rounds.MAX_COHORT);
        requirePositive("server.robust.bound", bound);
        requireRange("server.robust.kept", kept, 1, RunFile.Rounds.MAX_COHORT);
        requireRange("server.robust.bucket", bucket, 1, RunFile.Rounds.MAX_COHORT);
        requireRange("server.robust.steps", steps, 1, RunFile.MAX_COUNT);
    }

    /** The mean. */
    public static RobustPlan none() {
        return new RobustPlan(Rule.NONE, 1, 1, 2, 2, 8);
    }
}
