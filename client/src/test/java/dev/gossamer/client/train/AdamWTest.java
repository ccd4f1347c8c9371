package dev.gossamer.client.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class AdamWTest {
    /** The first step of Adam is the learning rate in the direction of the sign. */
    @Test
    void stepInPlace_first_movesByTheLearningRate() {
        float[] values = {1, 1, 1};

        new AdamW(3, 0).stepInPlace(values, new float[] {5, -1e-3f, 0}, 0.1);

        assertEquals(0.9f, values[0], 1e-6);
        assertEquals(1.1f, values[1], 1e-5);
        assertEquals(1f, values[2]);
    }

    /** Two steps by hand: g = 2, then 1; decay shrinks the value first. */
    @Test
    void stepInPlace_second_followsTheFormula() {
        AdamW optimiser = new AdamW(1, 0.5);
        float[] values = {1};

        optimiser.stepInPlace(values, new float[] {2}, 0.1);
        assertEquals(0.95 - 0.1, values[0], 1e-6);
        optimiser.stepInPlace(values, new float[] {1}, 0.1);

        double m = (0.9 * 0.2 + 0.1) / (1 - 0.81);
        double v = (0.999 * 0.004 + 0.001) / (1 - 0.999 * 0.999);
        assertEquals(0.85 * 0.95 - 0.1 * m / Math.sqrt(v), values[0], 1e-6);
    }
}
