package dev.gossamer.privacy.mechanism;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.math.BigDecimal;
import java.math.BigInteger;

class DyadicIntervalTest {
    /** An end as the decimal that it is. */
    private static BigDecimal end(BigInteger end, int bits) {
        return new BigDecimal(end).divide(new BigDecimal(BigInteger.ONE.shiftLeft(bits)));
    }

    private static void assertHolds(BigDecimal number, DyadicInterval interval) {
        BigDecimal low = end(interval.low(), interval.bits());
        BigDecimal high = end(interval.high(), interval.bits());
        assertTrue(low.compareTo(number) <= 0, low + " > " + number);
        assertTrue(high.compareTo(number) >= 0, high + " < " + number);
    }

    /** Digits of exp(-1) from tables. */
    @Test
    void expMinus_ofOne_holdsThePublishedDigits() {
        BigDecimal published =
                new BigDecimal("0.36787944117144232159552377016146086744581113103176783450783680");

        assertHolds(published, DyadicInterval.expMinus(BigInteger.ONE, BigInteger.ONE, 190));
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1",
        "1, 2",
        "2, 3",
        "1, 1000000007",
        "7, 5",
        "12345, 678",
        "255, 4",
        "99999, 1000"
    })
    void expMinus_ofARational_holdsTheNumberAndIsShort(long numerator, long denominator) {
        BigDecimal exact =
                ExactMass.exp(
                        BigDecimal.valueOf(-numerator)
                                .divide(BigDecimal.valueOf(denominator), ExactMass.PLACES));
        for (int bits : new int[] {10, 64, 127, 400}) {
            DyadicInterval interval =
                    DyadicInterval.expMinus(
                            BigInteger.valueOf(numerator), BigInteger.valueOf(denominator), bits);

            assertHolds(exact, interval);
            BigInteger length = interval.high().subtract(interval.low());
            assertTrue(length.bitLength() <= interval.bits() - bits, "bits=" + bits);
        }
    }

    @Test
    void expMinus_ofZero_isOneExactly() {
        DyadicInterval interval = DyadicInterval.expMinus(BigInteger.ZERO, BigInteger.TWO, 64);

        assertEquals(DyadicInterval.one(interval.bits()), interval);
    }

    @Test
    void times_ofAThird_roundsOutwards() {
        DyadicInterval third = DyadicInterval.one(4).times(BigInteger.ONE, BigInteger.valueOf(3));

        assertEquals(new DyadicInterval(BigInteger.valueOf(5), BigInteger.valueOf(6), 4), third);
        assertEquals(new DyadicInterval(BigInteger.ONE, BigInteger.valueOf(3), 4), third.squared());
    }
}
