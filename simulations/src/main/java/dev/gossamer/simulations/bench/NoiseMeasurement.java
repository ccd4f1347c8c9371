package dev.gossamer.simulations.bench;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.gossamer.privacy.mechanism.IntegerMechanism;
import dev.gossamer.privacy.mechanism.IntegerNoise;
import dev.gossamer.privacy.mechanism.NoiseCoins;
import dev.gossamer.privacy.mechanism.Overflow;
import dev.gossamer.privacy.mechanism.SimulationCoins;

/**
 * Exact noise on one core, beside the words of the keystream that it is drawn from and a sampler of
 * rational Bernoulli trials.
 *
 * <p>{@code discreteGaussianPerSecond} and {@code skellamPerSecond} are those of the slowest
 * deviation.
 */
final class NoiseMeasurement implements PrivacyMeasurement {
    private static final double[] GAUSSIAN_SIGMAS = {10, 1e2, 1e3, 1e4, 1e5, 1e6};
    private static final double[] SKELLAM_SIGMAS = {2, 10, 1e2, 1e3, 1e4};
    private static final int RATIONAL_SIGMA = 1000;
    private static final int SAMPLES = 1 << 15;
    private static final int RATIONAL_SAMPLES = 1 << 9;

    private final NoiseCoins coins = SimulationCoins.foreseeable(new byte[32]);
    private final long[] values = new long[SAMPLES];

    @Override
    public void measure(Stopwatch stopwatch, ObjectNode record) {
        double words = SAMPLES / stopwatch.seconds(this::drawWords);
        double rational = RATIONAL_SAMPLES / stopwatch.seconds(this::drawRationally);
        add(stopwatch, record, IntegerMechanism.DISCRETE_GAUSSIAN, GAUSSIAN_SIGMAS, words);
        add(stopwatch, record, IntegerMechanism.SKELLAM, SKELLAM_SIGMAS, words);
        record.put("keystreamWordsPerSecond", Math.round(words));
        record.put("rationalBernoulliPerSecond", Math.round(rational));
    }

    private static String key(IntegerMechanism mechanism) {
        return switch (mechanism) {
            case DISCRETE_GAUSSIAN -> "discreteGaussian";
            case SKELLAM -> "skellam";
        };
    }

    private void add(
            Stopwatch stopwatch,
            ObjectNode record,
            IntegerMechanism mechanism,
            double[] sigmas,
            double words) {
        ArrayNode bySigma = record.arrayNode();
        double least = Double.POSITIVE_INFINITY;
        for (double sigma : sigmas) {
            IntegerNoise noise = mechanism.ofVariance(sigma * sigma);
            double rate =
                    SAMPLES
                            / stopwatch.seconds(
                                    () -> noise.addInPlace(values, coins, Overflow.WRAPPED));
            bySigma.addObject()
                    .put("sigma", sigma)
                    .put("perSecond", Math.round(rate))
                    .put("wordsInTheTime", words / rate);
            least = Math.min(least, rate);
        }
        record.put(key(mechanism) + "PerSecond", Math.round(least));
        record.set(key(mechanism), bySigma);
    }

    private void drawWords() {
        for (int i = 0; i < SAMPLES; i++) {
            values[i] += coins.next();
        }
    }

    private void drawRationally() {
        RationalGaussian gaussian = new RationalGaussian(RATIONAL_SIGMA);
        for (int i = 0; i < RATIONAL_SAMPLES; i++) {
            values[i] += gaussian.sample(coins);
        }
    }
}
