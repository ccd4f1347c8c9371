package dev.gossamer.privacy.accountant;

import org.apache.commons.math3.analysis.UnivariateFunction;
import org.apache.commons.math3.analysis.solvers.AllowedSolution;
import org.apache.commons.math3.analysis.solvers.BracketingNthOrderBrentSolver;
import org.apache.commons.numbers.gamma.Erfc;
import org.apache.commons.numbers.gamma.Erfcx;

/**
 * The exact trade between epsilon and delta of one Gaussian release (Balle and Wang 2018).
 *
 * <p>{@code delta = Phi(1/2s - epsilon s) - e^epsilon Phi(-1/2s - epsilon s)}. Both halves hold the
 * factor {@code e^(-u^2/2)} with {@code u = 1/2s - epsilon s}; taken out, {@code erfcx} is left,
 * and a large epsilon neither overflows nor cancels.
 */
public final class GaussianCurve {
    private static final double SQRT2 = Math.sqrt(2);

    /** Of ln delta and of what is solved for: the last digits of a double. */
    private static final double TOLERANCE = 1e-15;

    private static final int MOST_EVALUATIONS = 1000;

    /** Multipliers beyond these answer no question that anybody asks. */
    private static final double LEAST_MULTIPLIER = 1e-6;

    private static final double MOST_MULTIPLIER = 1e9;

    private GaussianCurve() {}

    /** The least delta of a release with that noise multiplier at {@code epsilon}. */
    public static double delta(double noiseMultiplier, double epsilon) {
        PrivacyPreconditions.noiseMultiplier(noiseMultiplier);
        PrivacyPreconditions.epsilon(epsilon);
        return Math.exp(logDelta(noiseMultiplier, epsilon));
    }

    private static double logDelta(double s, double epsilon) {
        double u = 1 / (2 * s) - epsilon * s;
        double v = 1 / (2 * s) + epsilon * s;
        if (u > 0) {
            double kept = 0.5 * Erfc.value(-u / SQRT2);
            return Math.log(kept - 0.5 * Math.exp(-u * u / 2) * Erfcx.value(v / SQRT2));
        }
        return -u * u / 2 + Math.log(0.5 * (Erfcx.value(-u / SQRT2) - Erfcx.value(v / SQRT2)));
    }

    /** The least epsilon of a release with that noise multiplier at {@code delta}. */
    public static double epsilon(double noiseMultiplier, double delta) {
        PrivacyPreconditions.noiseMultiplier(noiseMultiplier);
        PrivacyPreconditions.delta(delta);
        double logDelta = Math.log(delta);
        if (logDelta(noiseMultiplier, 0) <= logDelta) {
            return 0;
        }
        double upper = 1;
        while (logDelta(noiseMultiplier, upper) > logDelta) {
            upper *= 2;
        }
        return solve(
                epsilon -> logDelta(noiseMultiplier, epsilon) - logDelta,
                upper == 1 ? 0 : upper / 2,
                upper);
    }

    /**
     * The least noise multiplier whose one release is (epsilon, delta)-private.
     *
     * @throws IllegalArgumentException if that is beyond a thousand million
     */
    public static double noiseMultiplier(double epsilon, double delta) {
        PrivacyPreconditions.epsilon(epsilon);
        double logDelta = Math.log(PrivacyPreconditions.delta(delta));
        UnivariateFunction excess = logS -> logDelta(Math.exp(logS), epsilon) - logDelta;
        double lower = Math.log(LEAST_MULTIPLIER);
        double upper = Math.log(MOST_MULTIPLIER);
        if (excess.value(upper) > 0) {
            throw new IllegalArgumentException(
                    "too much noise: epsilon="
                            + epsilon
                            + ", delta="
                            + delta
                            + ", bound=noiseMultiplier <= "
                            + MOST_MULTIPLIER);
        }
        if (excess.value(lower) <= 0) {
            return LEAST_MULTIPLIER;
        }
        return Math.exp(solve(excess, lower, upper));
    }

    /** The root of a falling function, from the side where it is not above 0. */
    private static double solve(UnivariateFunction falling, double lower, double upper) {
        return new BracketingNthOrderBrentSolver(TOLERANCE, TOLERANCE, TOLERANCE, 5)
                .solve(MOST_EVALUATIONS, falling, lower, upper, AllowedSolution.BELOW_SIDE);
    }
}
