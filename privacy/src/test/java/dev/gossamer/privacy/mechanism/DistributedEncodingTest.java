package dev.gossamer.privacy.mechanism;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.privacy.mechanism.DistributedEncoding.Encoded;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.SplittableRandom;

class DistributedEncodingTest {
    private static final int LENGTH = 3000;
    private static final int CLIENTS = 12;
    private static final double BOUND = 4;

    private static double[] update(int client) {
        SplittableRandom random = new SplittableRandom(80 + client);
        double[] values = new double[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
            values[i] = (client % 2 == 0 ? 1 : 0.01) * random.nextGaussian();
        }
        return values;
    }

    private static DistributedEncoding encoding(DistributedNoisePlan plan) {
        return new DistributedEncoding(plan, new FixedClip(BOUND), Seeds.seed(81));
    }

    /**
     * What a sum differs from that of the clipped updates is noise: over d coordinates its mean
     * square is that of n shares to within 5 sqrt(2 / d), once in 1.7 million; rounding adds less
     * than 1e-6 of it.
     */
    @ParameterizedTest
    @CsvSource({"DISCRETE_GAUSSIAN, 32", "DISCRETE_GAUSSIAN, 64", "SKELLAM, 32", "SKELLAM, 64"})
    void decode_ofASumOfElements_isTheSumOfClippedUpdatesAndTheirNoise(
            IntegerMechanism mechanism, int modulusBits) {
        DistributedNoisePlan plan =
                DistributedNoisePlan.finest(
                        new DistributedSetting(
                                mechanism, 0.1, LENGTH, CLIENTS, CLIENTS, 0, modulusBits));
        DistributedEncoding encoding = encoding(plan);
        NoiseCoins coins = Seeds.coins(82);
        double[] expected = new double[LENGTH];
        long[] sum = new long[plan.setting().dimension()];
        for (int client = 0; client < CLIENTS; client++) {
            double[] update = update(client);
            Encoded encoded = encoding.encode(update, coins);
            assertEquals(client % 2 == 1, encoded.clipped().isWithin());
            for (int i = 0; i < sum.length; i++) {
                sum[i] += encoded.elements()[i];
            }
            new FixedClip(BOUND).clipInPlace(update);
            for (int i = 0; i < LENGTH; i++) {
                expected[i] += update[i];
            }
        }
        if (modulusBits == 32) {
            for (int i = 0; i < sum.length; i++) {
                sum[i] &= 0xffff_ffffL; // as the ring has it, not as its centred range
            }
        }

        double[] decoded = encoding.decode(sum);

        double squares = 0;
        for (int i = 0; i < LENGTH; i++) {
            squares += (decoded[i] - expected[i]) * (decoded[i] - expected[i]);
        }
        double step = BOUND / plan.clipSteps();
        double variance = CLIENTS * plan.localVariance() * step * step;
        assertEquals(0.01 * BOUND * BOUND, variance, 1e-4);
        assertEquals(1, squares / LENGTH / variance, 5 * Math.sqrt(2.0 / LENGTH));
    }

    @Test
    void encode_sameCoins_isThisVectorAndLeavesTheUpdate() {
        DistributedNoisePlan plan =
                new DistributedNoisePlan(
                        new DistributedSetting(
                                IntegerMechanism.DISCRETE_GAUSSIAN, 1, 3, 3, 3, 0, 32),
                        1000);
        DistributedEncoding encoding = encoding(plan);
        double[] update = {1, -2, 8};

        long[] elements = encoding.encode(update, Seeds.coins(83)).elements();

        assertArrayEquals(new double[] {1, -2, 8}, update);
        assertArrayEquals(new long[] {696, -358, 720, -547}, elements);
        assertArrayEquals(elements, encoding.encode(update, Seeds.coins(83)).elements());
    }

    /** Without noise an element would be below the sensitivity: here some are beyond it. */
    @Test
    void encode_zeroUpdate_isNoiseAlone() {
        DistributedNoisePlan plan =
                DistributedNoisePlan.finest(
                        new DistributedSetting(
                                IntegerMechanism.DISCRETE_GAUSSIAN, 3, 100, 2, 2, 0, 32));

        Encoded encoded = encoding(plan).encode(new double[100], Seeds.coins(84));

        double squares = 0;
        for (long each : encoded.elements()) {
            squares += (double) each * each;
        }
        double ratio = squares / 128 / plan.localVariance();
        assertEquals(1, encoded.clipped().factor());
        assertEquals(1, ratio, 5 * Math.sqrt(2.0 / 128));
        assertTrue(encoded.elements().length == 128);
    }

    @Test
    void encode_badInput_isRefused() {
        DistributedEncoding encoding =
                encoding(
                        DistributedNoisePlan.finest(
                                new DistributedSetting(
                                        IntegerMechanism.SKELLAM, 1, 3, 3, 3, 0, 64)));
        NoiseCoins coins = Seeds.coins(85);

        assertThrows(
                NonFiniteValueException.class,
                () -> encoding.encode(new double[] {0, 0, Double.NaN}, coins));
        assertThrows(IllegalArgumentException.class, () -> encoding.encode(new double[4], coins));
        assertThrows(IllegalArgumentException.class, () -> encoding.decode(new long[3]));
    }
}
