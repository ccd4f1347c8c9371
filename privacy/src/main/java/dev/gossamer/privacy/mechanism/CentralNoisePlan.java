package dev.gossamer.privacy.mechanism;

import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * The grid and the noise of a round whose server adds one discrete Gaussian to the sum.
 *
 * <p>Clients clip, go to units of the bound and round to the nearest multiples of a step, {@code
 * clipSteps} of which are the bound ({@link Rounding#NEAREST}). The server refuses integers whose
 * squared norm is above the sensitivity, so that what is charged is what is really sent.
 *
 * @param noiseMultiplier z, the deviation of the noise over the sensitivity
 * @param length of the vectors
 * @param cohort clients at most in a round
 * @param clipSteps the clip bound over the grid's step
 */
public record CentralNoisePlan(double noiseMultiplier, int length, int cohort, long clipSteps) {
    private static final int FINEST_BITS = 40;

    /** More than the roundings of a variance, upwards. */
    private static final double SLACK = 0x1.0p-48;

    /** A plan that is proved not to leave the ring of 64 bits. */
    public CentralNoisePlan {
        MechanismPreconditions.requirePositive("noise multiplier", noiseMultiplier);
        MechanismPreconditions.requireBetween("length of a vector", length, 1, 1 << 30);
        MechanismPreconditions.requireBetween(
                "cohort", cohort, 1, DistributedSetting.LARGEST_COHORT);
        MechanismPreconditions.requireBetween(
                "clip bound in grid steps", clipSteps, 1, 1L << FINEST_BITS);
        capacity(noiseMultiplier, length, cohort, clipSteps).require();
    }

    /** The finest grid, a power of two, that the ring allows. */
    public static CentralNoisePlan finest(double noiseMultiplier, int length, int cohort) {
        for (int bits = FINEST_BITS; bits > 0; bits--) {
            if (capacity(noiseMultiplier, length, cohort, 1L << bits).isEnough()) {
                return new CentralNoisePlan(noiseMultiplier, length, cohort, 1L << bits);
            }
        }
        return new CentralNoisePlan(noiseMultiplier, length, cohort, 1);
    }

    private static RingCapacity capacity(double z, int length, int cohort, long clipSteps) {
        BigInteger squared = Rounding.NEAREST.squaredBound((double) clipSteps, length);
        BigDecimal variance = new BigDecimal(variance(z, squared));
        return RingCapacity.of(Long.SIZE, cohort, squared, variance);
    }

    private static double variance(double z, BigInteger squaredSensitivity) {
        return z * z * squaredSensitivity.doubleValue() * (1 + SLACK);
    }

    /** The sensitivity squared, what integers are refused above. */
    public BigInteger squaredSensitivity() {
        return Rounding.NEAREST.squaredBound((double) clipSteps, length);
    }

    /** What the server draws from, at least z times the sensitivity. */
    public DiscreteGaussian noise() {
        return DiscreteGaussian.ofVariance(variance(noiseMultiplier, squaredSensitivity()));
    }

    /** The grid of vectors that are clipped to {@code bound}. */
    public IntegerGrid grid(double bound) {
        return new IntegerGrid(bound / clipSteps);
    }
}
