package dev.gossamer.privacy.accountant;

import org.apache.commons.math3.analysis.UnivariateFunction;
import org.apache.commons.math3.analysis.solvers.AllowedSolution;
import org.apache.commons.math3.analysis.solvers.BracketingNthOrderBrentSolver;

import java.util.function.DoubleFunction;

/**
 * The least noise for an epsilon.
 *
 * <p>An epsilon falls as noise grows, so the noise is bracketed and then found by Brent's method;
 * of the last bracket the end is taken whose epsilon is not above the target. Loss distributions
 * take a tenth of a second where Renyi divergences take a millisecond and are never below them by
 * much, so those bracket for these.
 *
 * @param noiseMultiplier within a millionth of the least
 * @param epsilon what it comes to, at most the target
 */
public record Calibration(double noiseMultiplier, double epsilon) {
    /** Below, noise protects nothing, and above, it leaves nothing. */
    private static final double LEAST = 1e-2;

    private static final double MOST = 1e7;

    private static final double RELATIVE_TOLERANCE = 1e-6;
    private static final int MOST_EVALUATIONS = 100;
    private static final int SOLVER_ORDER = 5;

    /** How far below the bracket of Renyi divergences the first look goes. */
    private static final double FIRST_LOOK = 0.9;

    /**
     * The least noise multiplier at which {@code release} is within {@code epsilon} at {@code
     * delta}; 0.01 where less would do.
     *
     * @param release the whole event with that noise multiplier
     * @throws IllegalArgumentException if the event is not covered, a number is out of range, or no
     *     noise up to ten million is enough
     */
    public static Calibration find(
            Accountant accountant,
            DoubleFunction<PrivacyEvent> release,
            double epsilon,
            double delta) {
        PrivacyPreconditions.targetEpsilon(epsilon);
        PrivacyPreconditions.delta(delta);
        UnivariateFunction excess =
                logS -> accountant.epsilon(release.apply(Math.exp(logS)), delta).value() - epsilon;
        double start =
                switch (accountant) {
                    case PldAccountant pld ->
                            find(RdpAccountant.of(pld.adjacency()), release, epsilon, delta)
                                    .noiseMultiplier();
                    case RdpAccountant _, GaussianAccountant _ -> 1;
                };
        double found = Math.exp(solve(excess, Math.log(start), epsilon, delta));
        return new Calibration(found, accountant.epsilon(release.apply(found), delta).value());
    }

    private static double solve(
            UnivariateFunction excess, double start, double epsilon, double delta) {
        double enough = start;
        double step = -Math.log(FIRST_LOOK);
        while (excess.value(enough) > 0) {
            if (enough >= Math.log(MOST)) {
                throw new IllegalArgumentException(
                        "no noise is enough: epsilon="
                                + epsilon
                                + ", delta="
                                + delta
                                + ", bound=noiseMultiplier <= "
                                + MOST);
            }
            enough = Math.min(enough + step, Math.log(MOST));
            step *= 2;
        }
        double tooLittle = enough - step;
        while (excess.value(tooLittle) <= 0) {
            if (tooLittle <= Math.log(LEAST)) {
                return Math.log(LEAST);
            }
            enough = tooLittle;
            step *= 2;
            tooLittle = Math.max(tooLittle - step, Math.log(LEAST));
        }
        return new BracketingNthOrderBrentSolver(
                        RELATIVE_TOLERANCE, RELATIVE_TOLERANCE, 0, SOLVER_ORDER)
                .solve(MOST_EVALUATIONS, excess, tooLittle, enough, AllowedSolution.BELOW_SIDE);
    }
}
