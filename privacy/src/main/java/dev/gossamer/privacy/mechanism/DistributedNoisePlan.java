package dev.gossamer.privacy.mechanism;

import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * The grid and the local noise of a round to which each client adds a share.
 *
 * <p>Everything is in steps of the grid, {@code clipSteps} of which are the clip bound, so that a
 * bound that changes from round to round changes neither noise nor ring. The integers' squared norm
 * is at most Delta^2 ({@link Rounding#CONDITIONAL}), and that is the sensitivity: the guaranteed
 * noise is z^2 Delta^2, a client's share of it 1 / (leastSurvivors - colluders). More survivors
 * only add noise, fewer end the round.
 *
 * <p>A sum of n discrete Gaussians is none. How far it is from one in any probability is bounded by
 * tau = 10 sum_{k &lt; n} exp(-2 pi^2 sigma^2 k / (k + 1)) (Kairouz, Liu and Steinke, 2021), with
 * sigma the local one. From two steps on that is below 1e-16; at half a step it is 2, and privacy
 * is gone.
 *
 * @param clipSteps the clip bound over the grid's step
 */
public record DistributedNoisePlan(DistributedSetting setting, long clipSteps) {
    /** Local deviation of a discrete Gaussian at least, in steps. */
    static final double LEAST_LOCAL_SIGMA = 2;

    /** Finer grids would cost rounding of the doubles that are put on them. */
    private static final int FINEST_BITS = 40;

    /** More than the roundings of a variance, upwards. */
    private static final double SLACK = 0x1.0p-48;

    /** A plan that is proved not to leave its ring and whose noise is not too fine. */
    public DistributedNoisePlan {
        MechanismPreconditions.requireBetween(
                "clip bound in grid steps", clipSteps, 1, 1L << FINEST_BITS);
        capacity(setting, clipSteps).require();
        requireCoarseNoise(setting, clipSteps);
    }

    /** The finest grid, a power of two, that the ring and the law of the noise allow. */
    public static DistributedNoisePlan finest(DistributedSetting setting) {
        for (int bits = FINEST_BITS; bits > 0; bits--) {
            long steps = 1L << bits;
            boolean hasLaw = localVariance(setting, steps) <= setting.mechanism().largestVariance();
            if (hasLaw && capacity(setting, steps).isEnough()) {
                return new DistributedNoisePlan(setting, steps);
            }
        }
        return new DistributedNoisePlan(setting, 1);
    }

    private static BigInteger squaredSensitivity(DistributedSetting setting, long clipSteps) {
        return Rounding.CONDITIONAL.squaredBound((double) clipSteps, setting.dimension());
    }

    private static double localVariance(DistributedSetting setting, long clipSteps) {
        double squared = squaredSensitivity(setting, clipSteps).doubleValue();
        double z = setting.noiseMultiplier();
        return z * z * squared / setting.contributors() * (1 + SLACK);
    }

    private static RingCapacity capacity(DistributedSetting setting, long clipSteps) {
        BigDecimal local = new BigDecimal(localVariance(setting, clipSteps));
        return RingCapacity.of(
                setting.modulusBits(),
                setting.cohort(),
                squaredSensitivity(setting, clipSteps),
                local.multiply(BigDecimal.valueOf(setting.cohort())));
    }

    private static void requireCoarseNoise(DistributedSetting setting, long clipSteps) {
        double sigma = Math.sqrt(localVariance(setting, clipSteps));
        if (setting.mechanism() == IntegerMechanism.DISCRETE_GAUSSIAN
                && sigma < LEAST_LOCAL_SIGMA) {
            throw new IllegalArgumentException(
                    "a client's noise is too fine for its sum to count as discrete Gaussian:"
                            + " localSigma="
                            + sigma
                            + " grid steps, bound="
                            + LEAST_LOCAL_SIGMA
                            + ", tau="
                            + tau(sigma, setting.contributors())
                            + ", clipSteps="
                            + clipSteps
                            + "; take skellam, a finer grid or more noise");
        }
    }

    /** How far a sum of {@code count} discrete Gaussians is from one, at most. */
    public static double tau(double localSigma, int count) {
        double sum = 0;
        for (int k = 1; k < count; k++) {
            double share = k / (k + 1.0);
            sum += Math.exp(-2 * Math.PI * Math.PI * localSigma * localSigma * share);
        }
        return 10 * sum;
    }

    /** Delta^2, what integers are refused above. */
    public BigInteger squaredSensitivity() {
        return squaredSensitivity(setting, clipSteps);
    }

    /** The parameter of each client's noise, rounded up. */
    public double localVariance() {
        return localVariance(setting, clipSteps);
    }

    /** What each client draws from. */
    public IntegerNoise localNoise() {
        return setting.mechanism().ofVariance(localVariance());
    }

    /** The grid of vectors that are clipped to {@code bound}. */
    public IntegerGrid grid(double bound) {
        return new IntegerGrid(bound / clipSteps);
    }

    /** What the round costs. */
    public DistributedCharge charge() {
        double squared = squaredSensitivity().doubleValue() * (1 + SLACK);
        double l2 = Math.sqrt(squared) * (1 + SLACK);
        int dimension = setting.dimension();
        double l1 = Math.min(Math.sqrt(dimension) * l2, squared) * (1 + SLACK);
        return new DistributedCharge(
                setting.mechanism(), l1, l2, dimension, localVariance(), setting.contributors());
    }
}
