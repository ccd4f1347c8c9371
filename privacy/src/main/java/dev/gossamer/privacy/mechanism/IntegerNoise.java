package dev.gossamer.privacy.mechanism;

/** A law of independent noise on the integers that is sampled exactly. */
public sealed interface IntegerNoise permits DiscreteGaussian, Skellam {
    /**
     * The parameter that accounting takes: sigma^2 of the discrete Gaussian, the variance mu of the
     * Skellam law.
     */
    double variance();

    /** One integer of the law. */
    long sample(NoiseCoins coins);

    /**
     * Adds an integer of its own to each value.
     *
     * <p>Where a sum is refused the values before it are noised and the others are not: none of
     * them may be shown to anybody.
     */
    default void addInPlace(long[] values, NoiseCoins coins, Overflow overflow) {
        switch (overflow) {
            case WRAPPED -> {
                for (int i = 0; i < values.length; i++) {
                    values[i] += sample(coins);
                }
            }
            case REFUSED -> {
                for (int i = 0; i < values.length; i++) {
                    values[i] = exactSum(i, values[i], sample(coins));
                }
            }
        }
    }

    private static long exactSum(int index, long value, long noise) {
        long sum = value + noise;
        if (((value ^ sum) & (noise ^ sum)) < 0) {
            throw new ArithmeticException(
                    "noised value is longer than 64 bits: index="
                            + index
                            + "; take a coarser grid");
        }
        return sum;
    }
}
