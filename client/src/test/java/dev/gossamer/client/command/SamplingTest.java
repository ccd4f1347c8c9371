package dev.gossamer.client.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class SamplingTest {
    private static final int DRAWS = 20_000;

    /** Logarithms of 0.5, 0.3, 0.15 and 0.05. */
    private static final float[] SCORES = {
        (float) Math.log(0.05), (float) Math.log(0.5), (float) Math.log(0.15), (float) Math.log(0.3)
    };

    private static int[] counts(double temperature, double topP) {
        Sampling sampling = new Sampling(temperature, topP, 7);
        int[] counts = new int[SCORES.length];
        for (int i = 0; i < DRAWS; i++) {
            counts[sampling.choose(SCORES)]++;
        }
        return counts;
    }

    @Test
    void choose_temperatureZero_takesTheHighest() {
        assertEquals(DRAWS, counts(0, 1)[1]);
    }

    /**
     * Deviations over 20,000 draws are at most 71; five of them are missed once in a million seeds,
     * and this one is fixed.
     */
    @Test
    void choose_temperatureOne_followsTheProbabilities() {
        int[] counts = counts(1, 1);

        assertEquals(0.05 * DRAWS, counts[0], 354);
        assertEquals(0.5 * DRAWS, counts[1], 354);
        assertEquals(0.15 * DRAWS, counts[2], 354);
        assertEquals(0.3 * DRAWS, counts[3], 354);
    }

    /** 0.5 and 0.3 are the fewest that hold 0.7; they share as 5 to 3. */
    @Test
    void choose_nucleus_leavesTheRestOut() {
        int[] counts = counts(1, 0.7);

        assertEquals(0, counts[0] + counts[2]);
        assertEquals(0.625 * DRAWS, counts[1], 354);
    }

    /** Squares of the probabilities at half the temperature: 0.25 of 0.365. */
    @Test
    void choose_lowTemperature_sharpens() {
        assertEquals(0.25 / 0.365 * DRAWS, counts(0.5, 1)[1], 354);
    }
}
