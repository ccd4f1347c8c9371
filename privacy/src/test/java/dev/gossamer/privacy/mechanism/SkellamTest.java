package dev.gossamer.privacy.mechanism;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.apache.commons.math3.special.Gamma;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.function.LongToDoubleFunction;

class SkellamTest {
    private static final int SAMPLES = 1_000_000;

    private static double poissonMass(double mean, long k) {
        return k < 0 ? 0 : Math.exp(k * Math.log(mean) - mean - Gamma.logGamma(k + 1.0));
    }

    /** The law of a difference, by the sum over all pairs that make it. */
    private static LongToDoubleFunction skellamMass(double variance, int reach) {
        double mean = variance / 2;
        long first = Math.max(0, (long) mean - reach);
        double[] masses = new double[2 * reach + 1];
        for (int i = 0; i < masses.length; i++) {
            masses[i] = poissonMass(mean, first + i);
        }
        return x -> {
            double sum = 0;
            for (int i = 0; i + Math.abs(x) < masses.length; i++) {
                sum += masses[i] * masses[i + (int) Math.abs(x)];
            }
            return sum;
        };
    }

    private static double overBound(double variance, Skellam noise, int seed) {
        NoiseCoins coins = Seeds.coins(seed);
        int reach = (int) (8 * Math.sqrt(variance)) + 12;
        ChiSquare test = new ChiSquare(-reach, 1, 2 * reach + 1, skellamMass(variance, 2 * reach));
        for (int i = 0; i < SAMPLES; i++) {
            test.add(noise.sample(coins));
        }
        return test.overBound();
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.5, 2, 4, 33.3, 1e4})
    void sample_ofVariance_hasTheExactLaw(double variance) {
        double overBound = overBound(variance, Skellam.ofVariance(variance), 21);

        assertTrue(overBound < 1, "statistic over its bound: " + overBound);
    }

    /** The test of the test: a variance that is off by a fiftieth. */
    @ParameterizedTest
    @ValueSource(doubles = {0.5, 2, 4, 33.3, 1e4})
    void sample_ofAnotherVariance_failsTheTest(double variance) {
        assertTrue(overBound(variance, Skellam.ofVariance(1.02 * variance), 22) > 1);
    }

    /** The test of the test: the discrete Gaussian of the same variance is another law. */
    @ParameterizedTest
    @ValueSource(doubles = {2, 4, 9})
    void sample_ofAGaussian_failsTheTest(double variance) {
        DiscreteGaussian gaussian = DiscreteGaussian.ofVariance(variance);
        NoiseCoins coins = Seeds.coins(23);
        int reach = (int) (8 * Math.sqrt(variance)) + 12;
        ChiSquare test = new ChiSquare(-reach, 1, 2 * reach + 1, skellamMass(variance, 2 * reach));
        for (int i = 0; i < SAMPLES; i++) {
            test.add(gaussian.sample(coins));
        }

        assertTrue(test.overBound() > 1);
    }

    /** Either part alone, which is skewed where the difference is not. */
    @ParameterizedTest
    @CsvSource({"0.01, 1", "0.7, 1", "12, 1", "300.5, 2", "20000, 16", "1e6, 128", "1e9, 4096"})
    void poisson_ofMean_hasTheExactLaw(double mean, long width) {
        PoissonLaw law = new PoissonLaw(mean);
        EnvelopeSampler sampler = new EnvelopeSampler(law);
        NoiseCoins coins = Seeds.coins(24);
        int bins = (int) (13 * Math.sqrt(mean) / width) + 12;
        long first = Math.max(0, law.mode() - bins / 2 * width);
        // ln f(k) - ln f(m) as the sum of ln(mean / i), which nothing large cancels in
        double[] masses = new double[(int) (bins * width)];
        double log = 0;
        for (long k = law.mode(); k < first + masses.length; k++) {
            masses[(int) (k - first)] = Math.exp(log);
            log += Math.log1p((mean - k - 1) / (k + 1));
        }
        log = 0;
        for (long k = law.mode(); k > first; k--) {
            log += Math.log1p((k - mean) / mean);
            masses[(int) (k - 1 - first)] = Math.exp(log);
        }
        ChiSquare test = new ChiSquare(first, width, bins, x -> masses[(int) (x - first)]);
        for (int i = 0; i < SAMPLES; i++) {
            test.add(law.mode() + sampler.sample(coins));
        }

        assertTrue(test.overBound() < 1, "statistic over its bound: " + test.overBound());
    }

    /**
     * As for the discrete Gaussian, five deviations of each: the fourth moment is 3 mu^2 + mu, so
     * that a square's deviation is sqrt(2 mu^2 + mu).
     */
    @ParameterizedTest
    @ValueSource(doubles = {0x1.0p-10, 1, 4, 1e8, 0x1.0p40})
    void sample_ofVariance_hasMeanVarianceAndSymmetry(double variance) {
        Skellam noise = Skellam.ofVariance(variance);
        NoiseCoins coins = Seeds.coins(25);
        double sum = 0;
        double squares = 0;
        long sides = 0;
        for (int i = 0; i < SAMPLES; i++) {
            long sample = noise.sample(coins);
            sum += (double) sample;
            squares += (double) sample * sample;
            sides += Long.signum(sample);
        }

        double root = Math.sqrt(SAMPLES);
        assertEquals(0, sum / SAMPLES, 5 * Math.sqrt(variance) / root);
        double deviation = Math.sqrt(2 * variance * variance + variance);
        assertEquals(variance, squares / SAMPLES, 5 * deviation / root);
        assertEquals(0, (double) sides, 5 * root);
    }

    @Test
    void sample_ofFixedCoins_isThisVector() {
        NoiseCoins coins = Seeds.coins(26);
        long[] small = new long[12];
        long[] large = new long[4];

        Skellam.ofVariance(9).addInPlace(small, coins, Overflow.REFUSED);
        Skellam.ofVariance(0x1.0p40).addInPlace(large, coins, Overflow.REFUSED);

        assertArrayEquals(new long[] {-3, 3, 1, 1, -1, 1, 10, 4, 2, -4, 0, -2}, small);
        assertArrayEquals(new long[] {242924, -405569, 775918, 103829}, large);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, Double.NaN, 0x1.0p-40, 0x1.0p42})
    void noise_outOfRange_isRefused(double variance) {
        String text =
                assertThrows(IllegalArgumentException.class, () -> Skellam.ofVariance(variance))
                        .getMessage();

        assertTrue(text.startsWith("noise out of range: variance=" + variance + ", bound="), text);
    }
}
