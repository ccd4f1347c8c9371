package dev.gossamer.privacy.mechanism;

/**
 * What a run says of noise that clients add in shares.
 *
 * @param mechanism the law of a share
 * @param noiseMultiplier z, the deviation of the guaranteed noise over the sensitivity
 * @param length of the vectors, before padding
 * @param cohort clients at most in a round
 * @param leastSurvivors with fewer reports a round ends without a sum
 * @param colluders clients that are assumed to take their own noise off again
 * @param modulusBits 32 or 64, of the ring that sums live in
 */
public record DistributedSetting(
        IntegerMechanism mechanism,
        double noiseMultiplier,
        int length,
        int cohort,
        int leastSurvivors,
        int colluders,
        int modulusBits) {
    /** Clients of a cohort at most: sums of integers stay far below overflow. */
    static final int LARGEST_COHORT = 1 << 20;

    /** At least two honest survivors, so that nobody's noise stands alone. */
    public DistributedSetting {
        MechanismPreconditions.requirePositive("noise multiplier", noiseMultiplier);
        RandomRotation.paddedLength(length);
        MechanismPreconditions.requireBetween("cohort", cohort, 2, LARGEST_COHORT);
        MechanismPreconditions.requireBetween("colluders", colluders, 0, cohort);
        MechanismPreconditions.requireBetween(
                "least survivors, of whom two are honest", leastSurvivors, colluders + 2L, cohort);
    }

    /** Survivors whose noise is sure to be in the sum. */
    public int contributors() {
        return leastSurvivors - colluders;
    }

    /** Coordinates that are sent: the rotation pads to a power of two. */
    public int dimension() {
        return RandomRotation.paddedLength(length);
    }
}
