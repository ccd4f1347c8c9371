package dev.gossamer.client.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

class MaskedRowsTest {
    private static final int TOKENS = 100_000;
    private static final int MASK = 1;
    private static final int VOCABULARY = 1000;

    /** Tokens 500, all of which may be masked but the first. */
    private static MaskedRows rows(long seed) {
        int[] ids = IntStream.range(0, TOKENS).map(_ -> 500).toArray();
        int[] labels = ids.clone();
        labels[0] = Example.NO_LABEL;
        return new MaskedRows(List.of(new Example(ids, labels)), MASK, VOCABULARY, seed, "a");
    }

    /**
     * Of 99,999 tokens 15,000 are chosen, with a deviation of 113; of those 12,000 masked and 3,000
     * of the other kinds in halves, with deviations of 49 and 37 (given 15,000), 1.3 of which stay
     * by chance. Bounds of five deviations fail once in a million.
     */
    @Test
    void at_manyTokens_keepsTheShares() {
        Example row = rows(7).at(0, 0);

        int chosen = row.labelled();
        long masked = Arrays.stream(row.tokenIds()).filter(id -> id == MASK).count();
        long random = Arrays.stream(row.tokenIds()).filter(id -> id != MASK && id != 500).count();
        assertEquals(15_000, chosen, 565);
        assertEquals(0.8 * chosen, (double) masked, 245);
        assertEquals(0.1 * chosen, (double) random, 185);
    }

    @Test
    void at_labels_areTheTokensThatStood() {
        Example row = rows(7).at(0, 0);

        assertEquals(Example.NO_LABEL, row.labels()[0]);
        for (int token = 0; token < TOKENS; token++) {
            int label = row.labels()[token];
            assertEquals(label == Example.NO_LABEL ? row.tokenIds()[token] : label, 500);
        }
    }

    @Test
    void at_sameEpoch_isTheSameAndAnotherEpochIsNot() {
        assertArrayEquals(rows(7).at(0, 3).tokenIds(), rows(7).at(0, 3).tokenIds());
        assertFalse(Arrays.equals(rows(7).at(0, 3).tokenIds(), rows(7).at(0, 4).tokenIds()));
        assertFalse(Arrays.equals(rows(7).at(0, 3).tokenIds(), rows(8).at(0, 3).tokenIds()));
    }
}
