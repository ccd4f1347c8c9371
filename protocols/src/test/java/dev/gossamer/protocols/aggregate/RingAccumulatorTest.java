package dev.gossamer.protocols.aggregate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gossamer.protocols.random.CounterRandom;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;

class RingAccumulatorTest {
    private static final int SIZE = 40;
    private static final int COHORT = 25;
    private static final int MAX_WEIGHT = 3000;

    private final FixedPoint fixedPoint = FixedPoint.planned(COHORT, MAX_WEIGHT);
    private final float[][] updates = new float[COHORT][SIZE];
    private final int[] weights = new int[COHORT];

    RingAccumulatorTest() {
        CounterRandom random = CounterRandom.of(2, "updates", 0, "");
        for (int c = 0; c < COHORT; c++) {
            weights[c] = 1 + random.nextInt(MAX_WEIGHT);
            for (int i = 0; i < SIZE; i++) {
                updates[c][i] = (float) (random.nextGaussian() * Math.pow(10, -(i % 7)));
            }
        }
    }

    private RingAccumulator added(int[] order) {
        RingAccumulator ring = new RingAccumulator(fixedPoint, SIZE);
        for (int c : order) {
            ring.add(updates[c], weights[c]);
        }
        return ring;
    }

    @Test
    void mean_anyOrder_isTheSameToTheBit() {
        CounterRandom random = CounterRandom.of(3, "order", 0, "");
        double[] first = added(random.permutation(COHORT)).mean();

        for (int trial = 0; trial < 20; trial++) {
            assertArrayEquals(first, added(random.permutation(COHORT)).mean(), 0.0);
        }
    }

    @Test
    void mean_matchesBigIntegers() {
        double[] mean = added(CounterRandom.of(1, "o", 0, "").permutation(COHORT)).mean();

        for (int i = 0; i < SIZE; i++) {
            assertEquals(exactMean(i), mean[i], Math.abs(exactMean(i)) * 1e-15);
        }
    }

    private double exactMean(int i) {
        BigDecimal scale = new BigDecimal(BigInteger.TWO.pow(fixedPoint.fractionBits()));
        BigDecimal sum = BigDecimal.ZERO;
        long weightSum = 0;
        for (int c = 0; c < COHORT; c++) {
            BigDecimal element =
                    new BigDecimal(updates[c][i])
                            .multiply(scale)
                            .setScale(0, RoundingMode.HALF_EVEN);
            sum = sum.add(element.multiply(BigDecimal.valueOf(weights[c])));
            weightSum += weights[c];
        }
        return sum.divide(BigDecimal.valueOf(weightSum), MathContext.DECIMAL128)
                .divide(scale, MathContext.DECIMAL128)
                .doubleValue();
    }

    /** The overflow proof at its limit: the largest cohort, weights and values add exactly. */
    @Test
    void planned_atItsLimit_doesNotOverflow() {
        float largest = Math.nextDown((float) fixedPoint.bound());
        RingAccumulator ring = new RingAccumulator(fixedPoint, 1);

        for (int c = 0; c < COHORT; c++) {
            ring.add(new float[] {largest}, MAX_WEIGHT);
        }

        assertEquals(largest, ring.mean()[0], 1e-9);
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 64, -64})
    void add_valueOutOfRange_isRefusedAndLeavesTheSum(float bad) {
        RingAccumulator ring = new RingAccumulator(fixedPoint, 2);
        ring.add(new float[] {1, 2}, 3);

        var error =
                assertThrows(
                        IllegalArgumentException.class, () -> ring.add(new float[] {5, bad}, 1));

        assertEquals(
                "value is out of range: index=1, value=" + bad + ", bound=64.0",
                error.getMessage());
        assertArrayEquals(new double[] {1, 2}, ring.mean(), 0.0);
        assertEquals(1, ring.reports());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, Integer.MIN_VALUE, 4096})
    void add_weightOutOfRange_isRefusedByValue(int bad) {
        RingAccumulator ring = new RingAccumulator(fixedPoint, 1);

        var error =
                assertThrows(IllegalArgumentException.class, () -> ring.add(new float[] {1}, bad));

        assertEquals("weight is out of range: weight=" + bad, error.getMessage());
    }

    @Test
    void add_anyHeldValue_addsTheElementOfFixedPoint() {
        CounterRandom random = CounterRandom.of(4, "bits", 0, "");
        for (int trial = 0; trial < 20_000; trial++) {
            float value = Float.intBitsToFloat((int) random.nextLong());
            if (!fixedPoint.holds(value)) {
                continue;
            }
            RingAccumulator ring = new RingAccumulator(fixedPoint, 1);

            ring.add(new float[] {value}, 1);

            assertEquals(fixedPoint.mean(fixedPoint.toRing(value), 1), ring.mean()[0]);
        }
    }

    @Test
    void add_sparse_isTheDenseUpdateWithZeros() {
        RingAccumulator sparse = new RingAccumulator(fixedPoint, 5);
        RingAccumulator dense = new RingAccumulator(fixedPoint, 5);

        sparse.add(new int[] {1, 4}, new float[] {0.1f, -7}, 5);
        sparse.add(new int[] {0, 1}, new float[] {2, 0.3f}, 9);
        dense.add(new float[] {0, 0.1f, 0, 0, -7}, 5);
        dense.add(new float[] {2, 0.3f, 0, 0, 0}, 9);

        assertArrayEquals(dense.mean(), sparse.mean(), 0.0);
        assertEquals(2, sparse.reports());
    }

    @ParameterizedTest
    @CsvSource({
        "-1, 0, 1, 1, 'index out of order or range: index=-1, after=-1, size=3'",
        "1, 1, 1, 1, 'index out of order or range: index=1, after=1, size=3'",
        "2, 1, 1, 1, 'index out of order or range: index=1, after=2, size=3'",
        "1, 3, 1, 1, 'index out of order or range: index=3, after=1, size=3'",
        "1, 2, 64, 1, 'value is out of range: index=1, value=64.0, bound=64.0'",
        "1, 2, NaN, 1, 'value is out of range: index=1, value=NaN, bound=64.0'",
        "1, 2, 1, 0, 'weight is out of range: weight=0'"
    })
    void add_sparseOutOfRange_isRefusedAndLeavesTheSum(
            int first, int second, float value, int weight, String message) {
        RingAccumulator ring = new RingAccumulator(fixedPoint, 3);
        ring.add(new float[] {1, 2, 3}, 3);

        var error =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> ring.add(new int[] {first, second}, new float[] {5, value}, weight));

        assertEquals(message, error.getMessage());
        assertArrayEquals(new double[] {1, 2, 3}, ring.mean(), 0.0);
        assertEquals(1, ring.reports());
    }

    @Test
    void add_indicesWithoutValues_areRefused() {
        RingAccumulator ring = new RingAccumulator(fixedPoint, 3);

        var error =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> ring.add(new int[2], new float[1], 1));

        assertEquals("indices and values differ: indices=2, values=1", error.getMessage());
    }

    @Test
    void add_wrongLength_isRefusedByLength() {
        RingAccumulator ring = new RingAccumulator(fixedPoint, 2);

        var error = assertThrows(IllegalArgumentException.class, () -> ring.add(new float[3], 1));

        assertEquals("update has a wrong length: values=3, expected=2", error.getMessage());
    }

    @Test
    void mean_withoutReports_isRefused() {
        RingAccumulator ring = new RingAccumulator(fixedPoint, 1);

        assertEquals(
                "nothing to average: reports=0",
                assertThrows(IllegalStateException.class, ring::mean).getMessage());
    }

    @Test
    void fixedPoint_bitsBeyondTheRing_areRefusedByName() {
        var error = assertThrows(IllegalArgumentException.class, () -> new FixedPoint(40, 12, 12));

        assertEquals(
                "ring can overflow: fractionBits=40, valueBits=12, weightBits=12, ringBits=63",
                error.getMessage());
    }
}
