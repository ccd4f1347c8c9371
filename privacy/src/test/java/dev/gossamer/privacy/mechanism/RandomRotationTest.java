package dev.gossamer.privacy.mechanism;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Arrays;
import java.util.SplittableRandom;

class RandomRotationTest {
    private static double[] normals(int length, int seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] values = new double[length];
        for (int i = 0; i < length; i++) {
            values[i] = random.nextGaussian();
        }
        return values;
    }

    /** Each of log2(d) steps rounds once: 2e-16 of the norm, and the root of d as often. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 8, 9, 1000, 65536, 100_001})
    void rotate_andBack_isTheVector(int length) {
        RandomRotation rotation = new RandomRotation(Seeds.seed(71), length);
        double[] values = normals(length, 72);

        double[] rotated = rotation.rotate(values);

        assertEquals(RandomRotation.paddedLength(length), rotated.length);
        double norm = new ScaledNorm(values).value();
        assertEquals(norm, new ScaledNorm(rotated).value(), 1e-14 * norm);
        assertArrayEquals(values, rotation.inverse(rotated), 1e-14 * norm);
    }

    /** The definition, row by row: H has (-1)^(bits that i and j share) over the root of d. */
    @Test
    void rotate_ofAShortVector_isTheMatrixTimesTheSignedVector() {
        byte[] seed = Seeds.seed(73);
        byte[] signs = new byte[1];
        new ChaCha20Keystream().fill(seed, signs);
        double[] values = normals(6, 74);

        double[] rotated = new RandomRotation(seed, 6).rotate(values);

        for (int i = 0; i < 8; i++) {
            double sum = 0;
            for (int j = 0; j < 6; j++) {
                int minus = Integer.bitCount(i & j) + (signs[0] >> j & 1);
                sum += minus % 2 == 0 ? values[j] : -values[j];
            }
            assertEquals(sum / Math.sqrt(8), rotated[i], 1e-15);
        }
    }

    @Test
    void rotate_ofASpike_isFlat() {
        double[] spike = new double[1 << 16];
        spike[12345] = 256;

        for (double each : new RandomRotation(Seeds.seed(75), spike.length).rotate(spike)) {
            assertEquals(1, Math.abs(each));
        }
    }

    /** Signs are drawn per coordinate: their sum over n has the deviation sqrt(n). */
    @Test
    void rotate_ofDifferentSeeds_hasOtherSignsInBalance() {
        double[] ones = new double[1 << 16];
        Arrays.fill(ones, 1);
        double first = new RandomRotation(Seeds.seed(76), ones.length).rotate(ones)[0];
        double second = new RandomRotation(Seeds.seed(77), ones.length).rotate(ones)[0];

        assertTrue(Math.abs(first) < 5, "first=" + first);
        assertTrue(Math.abs(second) < 5, "second=" + second);
        assertTrue(first != second);
    }

    @Test
    void rotate_badInput_isRefused() {
        RandomRotation rotation = new RandomRotation(Seeds.seed(78), 3);

        assertEquals(
                "vector has the wrong length: length=4, bound=3",
                assertThrows(IllegalArgumentException.class, () -> rotation.rotate(new double[4]))
                        .getMessage());
        assertThrows(IllegalArgumentException.class, () -> rotation.inverse(new double[3]));
        assertThrows(
                NonFiniteValueException.class,
                () -> rotation.rotate(new double[] {0, Double.NaN, 0}));
        assertThrows(IllegalArgumentException.class, () -> new RandomRotation(new byte[31], 3));
        assertThrows(IllegalArgumentException.class, () -> new RandomRotation(Seeds.seed(78), 0));
    }
}
