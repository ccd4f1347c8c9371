package dev.gossamer.privacy.mechanism;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.SplittableRandom;

class IntegerNormsTest {
    private static void assertExact(long[] values) {
        BigInteger squares = BigInteger.ZERO;
        BigInteger sum = BigInteger.ZERO;
        for (long value : values) {
            BigInteger each = BigInteger.valueOf(value);
            squares = squares.add(each.multiply(each));
            sum = sum.add(each.abs());
        }

        assertEquals(squares, IntegerNorms.squaredL2(values));
        assertEquals(sum, IntegerNorms.l1(values));
    }

    @Test
    void norms_ofRandomIntegersOfAllLengths_areExact() {
        SplittableRandom random = new SplittableRandom(51);
        for (int bits = 0; bits < 64; bits++) {
            long[] values = new long[random.nextInt(50)];
            for (int i = 0; i < values.length; i++) {
                values[i] = random.nextLong() >> bits;
            }
            assertExact(values);
        }
    }

    @Test
    void norms_ofTheLargestIntegers_doNotOverflow() {
        long[] values = new long[100];
        Arrays.fill(values, Long.MIN_VALUE);
        values[3] = Long.MAX_VALUE;

        assertExact(values);
        assertExact(new long[0]);
    }

    @Test
    void requireWithin_atTheBound_passesAndBeyondItThrows() {
        long[] values = {3, -4};
        BigInteger bound = BigInteger.valueOf(25);

        IntegerNorms.requireWithin(values, bound);
        assertTrue(IntegerNorms.isWithin(values, bound));
        assertFalse(IntegerNorms.isWithin(values, BigInteger.valueOf(24)));
        String text =
                assertThrows(
                                SensitivityException.class,
                                () -> IntegerNorms.requireWithin(values, BigInteger.valueOf(24)))
                        .getMessage();
        assertEquals(
                "integers exceed the sensitivity that is charged: squaredNorm=25, bound=24; clip"
                        + " before rounding",
                text);
    }
}
