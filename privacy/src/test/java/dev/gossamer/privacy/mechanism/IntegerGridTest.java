package dev.gossamer.privacy.mechanism;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.SplittableRandom;

class IntegerGridTest {
    private static final BigInteger ANY = BigInteger.ONE.shiftLeft(200);

    @Test
    void nearest_ofValues_isHalfAStepAwayAtMost() {
        assertArrayEquals(
                new long[] {0, 0, 2, -2, 3, -3, 4, 0, 0},
                new IntegerGrid(0.5)
                        .nearest(
                                new double[] {
                                    0, 0.25, 0.75, -0.75, 1.3, -1.7, 2, -0.0, Double.MIN_VALUE
                                }));
    }

    @Test
    void values_ofIntegers_areTheirMultiples() {
        IntegerGrid grid = new IntegerGrid(0x1.0p-20);
        double[] values = {-3, 0x1.0p-20, 1e3};

        assertArrayEquals(values, grid.values(grid.nearest(values)));
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void round_valueThatIsNotFinite_isRefused(double value) {
        double[] values = {0, value};
        IntegerGrid grid = new IntegerGrid(1);
        NoiseCoins coins = Seeds.coins(52);

        assertThrows(NonFiniteValueException.class, () -> grid.nearest(values));
        assertThrows(NonFiniteValueException.class, () -> grid.conditional(values, ANY, coins));
    }

    @ParameterizedTest
    @CsvSource({"1e38, 1", "4503599627370497, 1", "-1, 1e-300", "1e-300, 4.9E-324"})
    void round_valueBeyondTheGrid_isRefused(double value, double step) {
        String text =
                assertThrows(
                                IllegalArgumentException.class,
                                () -> new IntegerGrid(step).nearest(new double[] {value}))
                        .getMessage();

        assertTrue(text.startsWith("value is beyond the grid: index=0, value=" + value), text);
        assertArrayEquals(
                new long[] {1L << 52, -1L << 52},
                new IntegerGrid(1).nearest(new double[] {0x1.0p52, -0x1.0p52}));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
    void step_thatIsNone_isRefused(double step) {
        assertThrows(IllegalArgumentException.class, () -> new IntegerGrid(step));
    }

    /**
     * The sum of n roundings has the deviation sqrt(n share (1 - share)); five of them are missed
     * once in 1.7 million.
     */
    @ParameterizedTest
    @ValueSource(doubles = {0.001, 0.3, -0.3, 0.5, 2.75, -7.01})
    void conditional_manyTimes_isUnbiasedAndBesideTheValue(double value) {
        double[] values = new double[200_000];
        Arrays.fill(values, value);

        long[] rounded = new IntegerGrid(1).conditional(values, ANY, Seeds.coins(53));

        double share = value - Math.floor(value);
        double sum = 0;
        for (long each : rounded) {
            assertTrue(each == Math.floor(value) || each == Math.ceil(value));
            sum += (double) each;
        }
        double deviation = Math.sqrt(rounded.length * share * (1 - share));
        assertEquals(rounded.length * value, sum, 5 * deviation);
    }

    @Test
    void conditional_multiplesOfTheStep_areThemselvesAndDrawNothing() {
        double[] values = {0, -0.0, 3, -5};
        NoiseCoins coins = Seeds.coins(54);

        assertArrayEquals(
                new long[] {0, 0, 3, -5}, new IntegerGrid(1).conditional(values, ANY, coins));
        assertEquals(Seeds.coins(54).next(), coins.next());
    }

    /** Tries go on until the norm is within: here at most ten of forty halves may go up. */
    @Test
    void conditional_boundThatMostTriesExceed_isKept() {
        double[] values = new double[40];
        Arrays.fill(values, 0.5);
        for (int seed = 0; seed < 5; seed++) {
            long[] rounded =
                    new IntegerGrid(1)
                            .conditional(values, BigInteger.valueOf(13), Seeds.coins(60 + seed));

            assertTrue(IntegerNorms.isWithin(rounded, BigInteger.valueOf(13)));
        }
    }

    @Test
    void conditional_boundThatNoTryCanKeep_isRefused() {
        double[] values = {30.5};
        NoiseCoins coins = Seeds.coins(55);

        assertThrows(
                SensitivityException.class,
                () -> new IntegerGrid(1).conditional(values, BigInteger.valueOf(899), coins));
    }

    private static boolean isBelow(double share, Long... words) {
        Iterator<Long> script = List.of(words).iterator();
        boolean below = IntegerGrid.isUniformBelow(share, script::next);
        assertFalse(script.hasNext(), "words that nobody asked for");
        return below;
    }

    /** A share of 2^-63 (5 + 3 2^-63) ties with words 5 and 3, which makes it no less. */
    @Test
    void isUniformBelow_words_areComparedUntilTheyDiffer() {
        double share = Math.scalb(5 + Math.scalb(3.0, -40), -63);
        long second = 3L << 23;

        assertTrue(isBelow(share, 4L << 1));
        assertFalse(isBelow(share, 6L << 1));
        assertTrue(isBelow(share, 5L << 1, (second - 1) << 1));
        assertFalse(isBelow(share, 5L << 1, (second + 1) << 1));
        assertFalse(isBelow(share, 5L << 1, second << 1));
        assertFalse(isBelow(0));
        assertTrue(isBelow(Double.MIN_VALUE, Collections.nCopies(18, 0L).toArray(new Long[0])));
    }

    @ParameterizedTest
    @CsvSource({
        "100, 4096, 105.62196741208714",
        "1000, 4096, 1001.02747215049",
        "1, 4, 2",
        "0, 16, 2.449489742783178"
    })
    void conditionalBound_ofClipAndDimension_isTheSmallerOfTwo(
            double clip, int dimension, double delta) {
        double squared = Rounding.CONDITIONAL.squaredBoundAsDouble(clip, dimension);

        assertEquals(delta, Math.sqrt(squared), 1e-13 * delta);
        assertEquals(
                BigInteger.valueOf((long) (squared * (1 + 1e-14))),
                Rounding.CONDITIONAL.squaredBound(clip, dimension));
    }

    /** With beta = exp(-1/2) the likely bound is below the sure one in each dimension. */
    @Test
    void conditionalBound_ofTwoBranches_isNeverAboveEither() {
        for (int dimension = 1; dimension < 1 << 20; dimension *= 2) {
            for (double clip = 1e-3; clip < 1e6; clip *= 7) {
                double root = Math.sqrt(dimension);
                double bound = Rounding.CONDITIONAL.squaredBoundAsDouble(clip, dimension);

                assertTrue(bound <= (clip + root) * (clip + root));
                assertTrue(bound <= clip * clip + dimension / 4.0 + clip + root / 2);
            }
        }
        assertEquals(11156, Rounding.CONDITIONAL.squaredBoundAsDouble(100, 4096));
        assertEquals(164.0 * 164, (100 + Math.sqrt(4096)) * (100 + Math.sqrt(4096)));
    }

    @Test
    void conditionalBound_ofRandomVectors_isKeptByMoreThanAThirdOfTheTries() {
        SplittableRandom random = new SplittableRandom(56);
        BigInteger bound = Rounding.CONDITIONAL.squaredBound(8, 256);
        int within = 0;
        for (int i = 0; i < 300; i++) {
            double[] values = new double[256];
            for (int j = 0; j < values.length; j++) {
                values[j] = random.nextGaussian();
            }
            new FixedClip(8).clipInPlace(values);
            long[] once = new IntegerGrid(1).conditional(values, ANY, Seeds.coins(1000 + i));
            within += IntegerNorms.isWithin(once, bound) ? 1 : 0;
        }

        assertTrue(within > 100, "within=" + within);
    }

    @Test
    void nearestBound_ofRandomVectors_isNeverExceeded() {
        SplittableRandom random = new SplittableRandom(57);
        BigInteger bound = Rounding.NEAREST.squaredBound(3, 100);
        assertEquals(BigInteger.valueOf(64), bound);
        for (int i = 0; i < 300; i++) {
            double[] values = new double[100];
            for (int j = 0; j < values.length; j++) {
                values[j] = random.nextGaussian();
            }
            new FixedClip(3).clipInPlace(values);

            IntegerNorms.requireWithin(new IntegerGrid(1).nearest(values), bound);
        }
    }
}
