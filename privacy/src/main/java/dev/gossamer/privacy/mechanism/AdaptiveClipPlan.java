package dev.gossamer.privacy.mechanism;

/**
 * How a clip bound follows a quantile of the norms (Andrew, Thakkar, McMahan and Ramaswamy,
 * "Differentially Private Learning with Adaptive Clipping", 2021).
 *
 * <p>Each client adds a bit, whether its norm is within the bound. Bits less one half change a sum
 * by at most 1/2 a client. Doubled they are integers, -1 or 1, of sensitivity 1, and their noise is
 * a discrete Gaussian integer of parameter {@code 2 sigma_b}: no float is noised. The round as a
 * whole is one Gaussian of multiplier z; what the count spends is taken from the values, whose
 * multiplier is z_delta = (z^-2 - (2 sigma_b)^-2)^(-1/2), with sigma_b = max(m / 20, z), so that
 * the values lose at most 15 %.
 *
 * <h2>Cohorts that are too small</h2>
 *
 * <p>With s = sigma_b / m the noise of the counted share and k the density of the norms' logarithms
 * at the quantile, the logarithm of the bound near its goal is pulled back by eta k of its distance
 * in a round, and pushed by eta s of noise: it stays at a deviation of s sqrt(eta / (2 k - eta
 * k^2)). For log-normal norms of spread 1, k is 0.4, and eta = 0.2 leaves 0.51 s. So that a bound
 * 10 % off is two such deviations, s must be at most 0.1: the expected cohort at least 10 z. (From
 * 20 z on s is 1/20 and falls no more.) The clients' own chance adds to this and shrinks likewise.
 *
 * @param initialBound of the first round
 * @param leastBound that the bound never falls below
 * @param largestBound that the bound never rises above
 * @param quantile gamma, the share of clients within the bound, above 0 and below 1
 * @param learningRate eta, above 0 and at most 1
 * @param noiseMultiplier z, of the round as a whole
 * @param expectedCohort m, the fixed divisor
 */
public record AdaptiveClipPlan(
        double initialBound,
        double leastBound,
        double largestBound,
        double quantile,
        double learningRate,
        double noiseMultiplier,
        int expectedCohort) {
    /** The paper's. */
    public static final double USUAL_QUANTILE = 0.5;

    /** The paper's. */
    public static final double USUAL_LEARNING_RATE = 0.2;

    /** Noise of the counted share beyond which the bound does not settle. */
    private static final double LARGEST_SHARE_NOISE = 0.1;

    private static final int COHORT_A_DEVIATION = 20;

    /** Parameters in range, and a cohort that is large enough for its noise. */
    public AdaptiveClipPlan {
        FixedClip least = new FixedClip(leastBound);
        FixedClip largest = new FixedClip(largestBound);
        if (!(least.bound() <= initialBound && initialBound <= largest.bound())) {
            throw new IllegalArgumentException(
                    "clip bound out of its range: initialBound="
                            + initialBound
                            + ", bound="
                            + leastBound
                            + ".."
                            + largestBound);
        }
        if (!(quantile > 0 && quantile < 1)) {
            throw new IllegalArgumentException(
                    "quantile out of range: quantile=" + quantile + ", bound=above 0, below 1");
        }
        if (!(learningRate > 0 && learningRate <= 1)) {
            throw new IllegalArgumentException(
                    "learning rate of the clip bound out of range: learningRate="
                            + learningRate
                            + ", bound=above 0, at most 1");
        }
        if (!(noiseMultiplier > 0 && noiseMultiplier < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "noise multiplier must be positive: noiseMultiplier=" + noiseMultiplier);
        }
        if (expectedCohort < 2 || noiseMultiplier > LARGEST_SHARE_NOISE * expectedCohort) {
            throw new IllegalArgumentException(
                    "cohort is too small for the noise of an adaptive clip bound: expectedCohort="
                            + expectedCohort
                            + ", noiseMultiplier="
                            + noiseMultiplier
                            + ", bound="
                            + Math.max(2, noiseMultiplier / LARGEST_SHARE_NOISE)
                            + "; take a fixed clip bound or more clients");
        }
    }

    /** The noise multiplier that is left for values, of a round of multiplier {@code z}. */
    public static double valueNoiseMultiplier(double z, double countDeviation) {
        if (!(z > 0 && z < 2 * countDeviation)) {
            throw new IllegalArgumentException(
                    "the count spends more than the round: noiseMultiplier="
                            + z
                            + ", bound="
                            + 2 * countDeviation
                            + ", twice the deviation of the count");
        }
        return 1 / Math.sqrt(1 / (z * z) - 1 / (4 * countDeviation * countDeviation));
    }

    /** sigma_b, the deviation of the count's noise. */
    public double countDeviation() {
        return Math.max((double) expectedCohort / COHORT_A_DEVIATION, noiseMultiplier);
    }

    /** z_delta, the noise of the values over their sensitivity. */
    public double valueNoiseMultiplier() {
        return valueNoiseMultiplier(noiseMultiplier, countDeviation());
    }

    /** The noise of the doubled count. */
    public DiscreteGaussian doubledCountNoise() {
        return DiscreteGaussian.ofSigma(2 * countDeviation());
    }

    /** The bound before the first round. */
    public AdaptiveClip start() {
        return new AdaptiveClip(this, initialBound);
    }
}
