package dev.gossamer.client.adapter;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Arrays;

class DropoutTest {
    private static final int INPUTS = 384;
    private static final int ROWS = 1000;

    private static float[] mask(Dropout dropout, int example, int token, int target) {
        float[] mask = new float[INPUTS];
        dropout.mask(dropout.row(example, token), target, mask, INPUTS);
        return mask;
    }

    /** The count is binomial: 5 deviations off happen by chance once in two million times. */
    @ParameterizedTest
    @ValueSource(doubles = {0.01, 0.1, 0.5, 0.9})
    void mask_ofManyRows_dropsTheShareAndKeepsTheMean(double probability) {
        Dropout dropout = new Dropout(probability, 7);
        int dropped = 0;
        double sum = 0;
        for (int row = 0; row < ROWS; row++) {
            for (float value : mask(dropout, row / 10, row % 10, 3)) {
                dropped += value == 0 ? 1 : 0;
                sum += value;
            }
        }
        int n = ROWS * INPUTS;
        double deviation = Math.sqrt(n * probability * (1 - probability));
        assertEquals(probability * n, dropped, 5 * deviation);
        assertEquals(n, sum, 5 * deviation / (1 - probability));
    }

    /** Whether two inputs are kept says nothing of one another: along rows and across them. */
    @Test
    void mask_ofNeighbours_isIndependent() {
        Dropout dropout = new Dropout(0.5, 7);
        int alongRow = 0;
        int acrossRows = 0;
        for (int row = 0; row < ROWS; row++) {
            float[] mask = mask(dropout, 0, row, 0);
            float[] next = mask(dropout, 0, row + 1, 0);
            for (int i = 0; i + 1 < INPUTS; i++) {
                alongRow += mask[i] == mask[i + 1] ? 1 : 0;
                acrossRows += mask[i] == next[i] ? 1 : 0;
            }
        }
        int n = ROWS * (INPUTS - 1);
        assertEquals(n / 2.0, alongRow, 5 * Math.sqrt(n / 4.0));
        assertEquals(n / 2.0, acrossRows, 5 * Math.sqrt(n / 4.0));
    }

    @Test
    void mask_ofOneKey_isTheSameAndOfAnyOtherPartAnother() {
        Dropout dropout = new Dropout(0.5, 7);
        float[] mask = mask(dropout, 1, 2, 3);

        assertArrayEquals(mask, mask(new Dropout(0.5, 7), 1, 2, 3));
        assertFalse(Arrays.equals(mask, mask(new Dropout(0.5, 8), 1, 2, 3)));
        assertFalse(Arrays.equals(mask, mask(dropout, 2, 2, 3)));
        assertFalse(Arrays.equals(mask, mask(dropout, 1, 3, 3)));
        assertFalse(Arrays.equals(mask, mask(dropout, 1, 2, 4)));
    }

    @Test
    void mask_ofNone_keepsAll() {
        assertFalse(Dropout.NONE.drops());
        for (float value : mask(Dropout.NONE, 0, 0, 0)) {
            assertEquals(1, value);
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 1, Double.NaN})
    void dropout_outOfRange_isRefused(double probability) {
        var refused =
                assertThrows(IllegalArgumentException.class, () -> new Dropout(probability, 1));

        assertTrue(refused.getMessage().endsWith("bound=[0,1)"));
    }
}
