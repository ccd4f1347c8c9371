package dev.gossamer.client.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

import java.util.List;

class SgdTest {
    /** Two steps by hand, as PyTorch takes them. */
    @Test
    void stepInPlace_momentumAndDecay_followTheFormula() {
        Sgd optimiser = new Sgd(1, 0.9, 0.5);
        float[] values = {1};

        optimiser.stepInPlace(values, new float[] {2}, 0.1);
        assertEquals(1 - 0.1 * 2.5, values[0], 1e-6);
        optimiser.stepInPlace(values, new float[] {1}, 0.1);

        double velocity = 0.9 * 2.5 + 1 + 0.5 * 0.75;
        assertEquals(0.75 - 0.1 * velocity, values[0], 1e-6);
    }

    @Test
    void restore_stateOfAnotherRuleOrSize_refused() {
        assertThrows(
                IllegalArgumentException.class,
                () -> new Sgd(2, 0, 0).restore(new AdamW(2, 0).state()));
        assertThrows(
                IllegalArgumentException.class,
                () -> new Sgd(2, 0, 0).restore(new Optimizer.State(1, List.of(new float[3]))));
    }

    @Test
    void choices_outOfRange_refused() {
        assertThrows(
                IllegalArgumentException.class, () -> new OptimizerChoice.GradientDescent(1, 0));
        assertThrows(IllegalArgumentException.class, () -> new OptimizerChoice.Adam(-1));
    }
}
