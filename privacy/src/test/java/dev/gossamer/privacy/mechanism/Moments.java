package dev.gossamer.privacy.mechanism;

import static org.junit.jupiter.api.Assertions.assertEquals;

/**
 * Mean, variance and symmetry of n samples, each to within five of its deviations.
 *
 * <p>The mean's deviation is that of a sample over sqrt(n), the mean square's that of a square over
 * sqrt(n), that of a difference of counts at most sqrt(n). An exact sampler is beyond five once in
 * 1.7 million.
 */
final class Moments {
    private Moments() {}

    /** Draws and compares; {@code squareDeviation} is the deviation of a sample's square. */
    static void assertOf(
            IntegerNoise noise, int seed, int samples, double variance, double squareDeviation) {
        NoiseCoins coins = Seeds.coins(seed);
        double sum = 0;
        double squares = 0;
        double sides = 0;
        for (int i = 0; i < samples; i++) {
            double sample = (double) noise.sample(coins);
            sum += sample;
            squares += sample * sample;
            sides += Math.signum(sample);
        }

        double root = Math.sqrt(samples);
        assertEquals(0, sum / samples, 5 * Math.sqrt(variance) / root);
        assertEquals(variance, squares / samples, 5 * squareDeviation / root);
        assertEquals(0, sides, 5 * root);
    }
}
