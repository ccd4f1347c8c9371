package dev.gossamer.privacy.mechanism;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.privacy.mechanism.FixedClip.Clipped;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.SplittableRandom;

class FixedClipTest {
    private static BigDecimal squaredNorm(double[] values) {
        BigDecimal sum = BigDecimal.ZERO;
        for (double value : values) {
            sum = sum.add(new BigDecimal(value).pow(2));
        }
        return sum;
    }

    private static void assertNormAtMost(double bound, double[] values) {
        assertTrue(squaredNorm(values).compareTo(new BigDecimal(bound).pow(2)) <= 0);
    }

    @Test
    void clip_vectorBeyondTheBound_isScaledToIt() {
        double[] values = {6, -8, 0};

        Clipped clipped = new FixedClip(5).clipInPlace(values);

        assertArrayEquals(new double[] {3, -4, 0}, values, 1e-13);
        assertEquals(10, clipped.norm());
        assertEquals(0.5, clipped.factor(), 1e-14);
        assertFalse(clipped.isWithin());
        assertEquals(-1, clipped.doubledBit());
    }

    @Test
    void clip_vectorWhoseNormIsTheBound_staysAsItIs() {
        double[] values = {3, -4, 0};

        Clipped clipped = new FixedClip(5).clipInPlace(values);

        assertArrayEquals(new double[] {3, -4, 0}, values);
        assertEquals(new Clipped(5, 1, true), clipped);
        assertEquals(1, clipped.doubledBit());
    }

    /** 2^-60 of it beyond the bound, which no double would show. */
    @Test
    void clip_vectorAHairBeyondTheBound_isClipped() {
        double[] values = {3, 4, 0x1.0p-28};

        assertFalse(new FixedClip(5).clipInPlace(values).isWithin());
        assertNormAtMost(5, values);
    }

    @Test
    void clip_zeroVector_hasFactorOne() {
        double[] values = {0, -0.0, 0};

        assertEquals(new Clipped(0, 1, true), new FixedClip(1e-150).clipInPlace(values));
        assertArrayEquals(new double[] {0, -0.0, 0}, values);
        assertEquals(new Clipped(0, 1, true), new FixedClip(1).clipToUnitInPlace(values));
        assertEquals(new Clipped(0, 1, true), new FixedClip(1).clipInPlace(new double[0]));
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void clip_valueThatIsNotFinite_isRefusedAndNothingChanges(double value) {
        double[] values = {100, value, 1};

        NonFiniteValueException refused =
                assertThrows(
                        NonFiniteValueException.class, () -> new FixedClip(1).clipInPlace(values));

        assertEquals(
                "value is not finite: index=1, value="
                        + value
                        + "; the whole vector is refused, for a zero in its place would lie",
                refused.getMessage());
        assertArrayEquals(new double[] {100, value, 1}, values);
        assertThrows(
                NonFiniteValueException.class, () -> new FixedClip(1).clipToUnitInPlace(values));
    }

    /** Squares of these overflow or underflow a double, the norm of the last the double itself. */
    @ParameterizedTest
    @ValueSource(doubles = {1e38, 1e200, 1.7e308})
    void clip_hugeValues_endAtTheBound(double value) {
        double[] values = new double[1000];
        Arrays.fill(values, value);

        Clipped clipped = new FixedClip(1).clipInPlace(values);

        assertFalse(clipped.isWithin());
        assertEquals(
                value == 1.7e308 ? Double.POSITIVE_INFINITY : value * Math.sqrt(1000),
                clipped.norm(),
                1e-14 * value);
        assertNormAtMost(1, values);
        assertEquals(1, Math.sqrt(squaredNorm(values).doubleValue()), 1e-14);
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.MIN_VALUE, 1e-310, 1e-200})
    void clip_tinyValues_stayAsTheyAre(double value) {
        double[] values = {value, -value, Double.MIN_VALUE};

        Clipped clipped = new FixedClip(1e-150).clipInPlace(values);

        assertTrue(clipped.isWithin());
        assertTrue(clipped.norm() > 0);
        assertArrayEquals(new double[] {value, -value, Double.MIN_VALUE}, values);
    }

    @Test
    void clip_randomVectors_haveATrueNormOfAtMostTheBound() {
        SplittableRandom random = new SplittableRandom(31);
        for (int i = 0; i < 300; i++) {
            double[] values = new double[1 + random.nextInt(300)];
            double scale = Math.scalb(1.0, random.nextInt(-900, 900));
            for (int j = 0; j < values.length; j++) {
                values[j] = scale * random.nextGaussian();
            }
            double[] units = values.clone();
            double bound = Math.scalb(random.nextDouble(1, 2), random.nextInt(-490, 490));
            FixedClip clip = new FixedClip(bound);

            Clipped clipped = clip.clipInPlace(values);
            Clipped unit = clip.clipToUnitInPlace(units);

            assertNormAtMost(bound, values);
            assertNormAtMost(1, units);
            assertEquals(clipped.isWithin(), unit.isWithin());
            assertEquals(clipped.norm(), unit.norm());
            assertEquals(clipped.factor(), unit.factor(), 1e-13 * clipped.factor());
            if (!clipped.isWithin()) {
                assertEquals(1, Math.sqrt(squaredNorm(units).doubleValue()), 1e-13);
            }
        }
    }

    @Test
    void clipToUnit_vectorWithinTheBound_isItsShareOfTheBound() {
        double[] values = {1, -2, 0.5};

        assertTrue(new FixedClip(4).clipToUnitInPlace(values).isWithin());
        assertArrayEquals(new double[] {0.25, -0.5, 0.125}, values, 1e-15);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY, 1e-200, 1e200})
    void bound_outOfRange_isRefused(double bound) {
        String text =
                assertThrows(IllegalArgumentException.class, () -> new FixedClip(bound))
                        .getMessage();

        assertEquals("clip bound out of range: value=" + bound + ", bound=1.0E-150..1.0E150", text);
    }
}
