package dev.gossamer.privacy.mechanism;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.SplittableRandom;
import java.util.function.LongSupplier;

class DiscreteGaussianTest {
    private static final int SAMPLES = 2_000_000;

    /** The statistic of samples against the law of {@code sigma}, over what an exact one keeps. */
    private static double overBound(double sigma, LongSupplier sampler) {
        long width = Math.max(1, (long) (sigma / 8));
        int bins = 2 * (int) (6.5 * sigma / width) + 1;
        long first = -(long) (bins / 2) * width - width / 2;
        ChiSquare test =
                new ChiSquare(first, width, bins, x -> Math.exp(-0.5 * x * x / (sigma * sigma)));
        for (int i = 0; i < SAMPLES; i++) {
            test.add(sampler.getAsLong());
        }
        return test.overBound();
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.3, 0.7, 1, 3, 10, 1e3, 1e6})
    void sample_ofSigma_hasTheExactLaw(double sigma) {
        DiscreteGaussian noise = DiscreteGaussian.ofSigma(sigma);
        NoiseCoins coins = Seeds.coins(11);

        double overBound = overBound(sigma, () -> noise.sample(coins));

        assertTrue(overBound < 1, "statistic over its bound: " + overBound);
    }

    /** The test of the test: a normal variable rounded to the grid is not the discrete law. */
    @ParameterizedTest
    @ValueSource(doubles = {0.7, 1, 3})
    void sample_ofARoundedNormal_failsTheTest(double sigma) {
        SplittableRandom random = new SplittableRandom(12);

        assertTrue(overBound(sigma, () -> Math.round(sigma * random.nextGaussian())) > 1);
    }

    /** The test of the test: acceptance by 6 bits, as if a probability were rounded. */
    @ParameterizedTest
    @ValueSource(doubles = {0.7, 1, 3, 10, 1e3})
    void sample_ofRoundedProbabilities_failsTheTest(double sigma) {
        SplittableRandom random = new SplittableRandom(13);
        LongSupplier rounded =
                () -> {
                    long most = (long) (6 * sigma);
                    while (true) {
                        long x = random.nextLong(-most, most + 1);
                        double kept = Math.exp(-0.5 * x * x / (sigma * sigma));
                        if (random.nextInt(64) < Math.rint(64 * kept)) {
                            return x;
                        }
                    }
                };

        assertTrue(overBound(sigma, rounded) > 1);
    }

    /** The test of the test: a variance that is off by a hundredth. */
    @ParameterizedTest
    @ValueSource(doubles = {0.7, 1, 3, 10, 1e3})
    void sample_ofAnotherVariance_failsTheTest(double sigma) {
        DiscreteGaussian noise = DiscreteGaussian.ofVariance(1.01 * sigma * sigma);
        NoiseCoins coins = Seeds.coins(14);

        assertTrue(overBound(sigma, () -> noise.sample(coins)) > 1);
    }

    /**
     * Sums of n samples: the mean's deviation is sigma / sqrt(n), the mean square's sigma^2 sqrt(2
     * / n), that of a difference of counts sqrt(n). Each bound is 5 of them, which an exact sampler
     * misses once in 1.7 million. At 0.3 the law's variance is 2 exp(-1 / 0.18) / (1 + 2 exp(-1 /
     * 0.18)) and its fourth moment the same, so that the bound is wider there.
     */
    @ParameterizedTest
    @CsvSource({
        "0.3, 0.0076735, 0.0876",
        "1, 0.9999998, 1.4142",
        "10, 100, 141.42",
        "1000, 1000000, 1414200",
        "1e6, 1e12, 1.4142e12",
        "1073741824, 1.152921504606847e18, 1.6305e18"
    })
    void sample_ofSigma_hasMeanVarianceAndSymmetry(
            double sigma, double variance, double deviation) {
        DiscreteGaussian noise = DiscreteGaussian.ofSigma(sigma);
        NoiseCoins coins = Seeds.coins(15);
        double sum = 0;
        double squares = 0;
        long sides = 0;
        for (int i = 0; i < SAMPLES; i++) {
            long sample = noise.sample(coins);
            sum += sample;
            squares += (double) sample * sample;
            sides += Long.signum(sample);
        }

        double root = Math.sqrt(SAMPLES);
        assertEquals(0, sum / SAMPLES, 5 * Math.sqrt(variance) / root);
        assertEquals(variance, squares / SAMPLES, 5 * deviation / root);
        assertEquals(0, (double) sides, 5 * root);
    }

    @Test
    void sample_ofFixedCoins_isThisVector() {
        NoiseCoins coins = Seeds.coins(16);
        long[] small = new long[12];
        long[] large = new long[4];

        DiscreteGaussian.ofSigma(3).addInPlace(small, coins, Overflow.WRAPPED);
        DiscreteGaussian.ofVariance(0x1.0p60).addInPlace(large, coins, Overflow.WRAPPED);

        assertArrayEquals(new long[] {-3, -3, 1, 1, 4, 1, -2, 1, -1, 4, 1, 2}, small);
        assertArrayEquals(new long[] {1453193159, 811261653, 554666684, -1592776343}, large);
    }

    @Test
    void addInPlace_atTheEndOfTheRange_isRefusedOrWraps() {
        DiscreteGaussian noise = DiscreteGaussian.ofSigma(1000);
        long[] refused = new long[100];
        long[] wrapped = new long[100];
        refused[99] = Long.MAX_VALUE;
        wrapped[99] = Long.MAX_VALUE;
        int seed = 18; // whose hundredth sample is positive

        noise.addInPlace(wrapped, Seeds.coins(seed), Overflow.WRAPPED);
        String text =
                assertThrows(
                                ArithmeticException.class,
                                () ->
                                        noise.addInPlace(
                                                refused, Seeds.coins(seed), Overflow.REFUSED))
                        .getMessage();

        assertTrue(wrapped[99] < 0, "wrapped=" + wrapped[99]);
        assertEquals("noised value is longer than 64 bits: index=99; take a coarser grid", text);
    }

    @Test
    void addInPlace_refusing_addsWhatWrappingAdds() {
        DiscreteGaussian noise = DiscreteGaussian.ofSigma(50);
        long[] refused = {5, -7, Long.MAX_VALUE / 2, Long.MIN_VALUE / 2};
        long[] wrapped = refused.clone();

        noise.addInPlace(refused, Seeds.coins(19), Overflow.REFUSED);
        noise.addInPlace(wrapped, Seeds.coins(19), Overflow.WRAPPED);

        assertArrayEquals(wrapped, refused);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, Double.NaN, 1e-9, 1e40, Double.POSITIVE_INFINITY})
    void noise_outOfRange_isRefused(double parameter) {
        String text =
                assertThrows(
                                IllegalArgumentException.class,
                                () -> DiscreteGaussian.ofVariance(parameter))
                        .getMessage();

        assertTrue(text.startsWith("noise out of range: variance=" + parameter + ", bound="), text);
        assertThrows(IllegalArgumentException.class, () -> DiscreteGaussian.ofSigma(parameter));
    }
}
