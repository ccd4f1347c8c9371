package dev.gossamer.protocols.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gossamer.protocols.random.CounterRandom;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Comparator;
import java.util.stream.IntStream;

class TopKTest {
    private static int[] selected(float[] values, int k) {
        int[] indices = new int[k];
        TopK.select(values, 0, values.length, k, indices, 0);
        return indices;
    }

    /** By a stable sort, so that of equals the first ones stay first. */
    private static int[] sorted(float[] values, int k) {
        return IntStream.range(0, values.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -Math.abs((double) values[i])))
                .limit(k)
                .mapToInt(i -> i)
                .sorted()
                .toArray();
    }

    @Test
    void select_anyValues_givesThoseOfASort() {
        CounterRandom random = CounterRandom.of(3, "top-k", 0, "");
        for (int trial = 0; trial < 400; trial++) {
            float[] values = Plans.gaussian(1 + random.nextInt(300), trial);
            // Every other trial has few magnitudes, and so many ties.
            int levels = trial % 2 == 0 ? 1 << 30 : 1 + random.nextInt(4);
            for (int i = 0; i < values.length; i++) {
                values[i] = Math.round(values[i] * 1e3f * levels) / (float) levels;
            }
            int k = 1 + random.nextInt(values.length);

            assertArrayEquals(sorted(values, k), selected(values, k), "trial=" + trial);
        }
    }

    @Test
    void select_magnitudesOneUlpApart_areToldApart() {
        float[] values = new float[2000];
        for (int i = 0; i < values.length; i++) {
            values[i] = Float.intBitsToFloat(0x3F80_0000 + i * 7919 % 2000) * (i % 2 == 0 ? 1 : -1);
        }

        assertArrayEquals(sorted(values, 777), selected(values, 777));
    }

    @Test
    void select_tiesAtTheThreshold_keepsTheLowerIndices() {
        assertArrayEquals(new int[] {0, 2, 3}, selected(new float[] {1, 0.5f, -1, 2, 1, -1, 1}, 3));
        assertArrayEquals(new int[] {0, 1}, selected(new float[] {0, -0f, 0, -0f}, 2));
    }

    @Test
    void select_extremes_countAsTheirMagnitude() {
        float[] values = {Float.MIN_VALUE, -Float.MAX_VALUE, 0, Float.MIN_NORMAL};

        assertArrayEquals(new int[] {1}, selected(values, 1));
        assertArrayEquals(new int[] {0, 1, 3}, selected(values, 3));
    }

    @Test
    void select_partOfAnArray_writesWhereItIsTold() {
        int[] indices = {-1, -1, -1, -1};

        TopK.select(new float[] {9, 1, 3, 2, 9}, 1, 4, 2, indices, 1);

        assertArrayEquals(new int[] {-1, 2, 3, -1}, indices);
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void select_notFinite_isRefusedByIndex(float bad) {
        var error =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> selected(new float[] {1, 2, 3, 4, bad}, 1));

        assertEquals("value is not finite: index=4, value=" + bad, error.getMessage());
    }

    @ParameterizedTest
    @CsvSource({"0.25, 10, 2", "1, 10, 10", "1e-9, 10, 1", "0.1, 1, 1", "0.999, 1000, 999"})
    void kept_isTheFloorAndAtLeastOne(double density, int size, int expected) {
        assertEquals(expected, TopK.kept(density, size));
    }
}
