package dev.gossamer.protocols.aggregate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gossamer.protocols.aggregate.ServerOptimizer.Adaptivity;
import dev.gossamer.protocols.aggregate.ServerOptimizer.FedAdam;
import dev.gossamer.protocols.aggregate.ServerOptimizer.FedAvg;
import dev.gossamer.protocols.aggregate.ServerOptimizer.FedAvgM;
import dev.gossamer.protocols.aggregate.ServerOptimizer.FedYogi;
import dev.gossamer.protocols.aggregate.ServerOptimizer.Memory;
import dev.gossamer.protocols.aggregate.ServerOptimizer.Step;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerOptimizerTest {
    private static final double[] VALUES = {3, -2};
    private static final double[] FIRST = {0.5, -4};
    private static final double[] SECOND = {-0.25, 8};

    private static final Adaptivity PLAIN = new Adaptivity(0.1, 0.9, 0.99, 1e-3, 0);

    private static double[] second(ServerOptimizer optimizer) {
        Step one = optimizer.step(Memory.fresh(2), VALUES, FIRST);
        return optimizer.step(one.memory(), VALUES, SECOND).step();
    }

    @Test
    void fedAvg_stepsByTheMean() {
        assertArrayEquals(SECOND, second(new FedAvg()));
        assertArrayEquals(new double[] {-0.125, 4}, second(new FedAvg(0.5)));
    }

    @Test
    void fedAvgM_addsWhatIsLeftOfEarlierMeans() {
        double[] step = second(new FedAvgM(0.5, 0.9));

        assertEquals(0.5 * (0.9 * 0.5 - 0.25), step[0], 1e-15);
        assertEquals(0.5 * (0.9 * -4 + 8), step[1], 1e-15);
    }

    /** The first corrected moments are the change itself and its square. */
    @Test
    void fedAdam_firstStep_isTheRateBySign() {
        double[] step = new FedAdam(PLAIN).step(Memory.fresh(2), VALUES, FIRST).step();

        assertEquals(0.1 * 0.5 / (0.5 + 1e-3), step[0], 1e-15);
        assertEquals(-0.1 * 4 / (4 + 1e-3), step[1], 1e-15);
    }

    @Test
    void fedAdam_secondStep_hasCorrectedMoments() {
        double first = (0.9 * 0.1 * 0.5 + 0.1 * -0.25) / (1 - 0.81);
        double square = (0.99 * 0.01 * 0.25 + 0.01 * 0.0625) / (1 - 0.9801);

        assertEquals(
                0.1 * first / (Math.sqrt(square) + 1e-3), second(new FedAdam(PLAIN))[0], 1e-15);
    }

    @Test
    void fedAdam_weightDecay_isDecoupled() {
        Adaptivity decaying = new Adaptivity(0.1, 0.9, 0.99, 1e-3, 0.01);

        double[] plain = second(new FedAdam(PLAIN));
        double[] decayed = second(new FedAdam(decaying));

        assertEquals(plain[0] - 0.1 * 0.01 * 3, decayed[0], 1e-15);
        assertEquals(plain[1] + 0.1 * 0.01 * 2, decayed[1], 1e-15);
        assertEquals(new Adaptivity(0.02, 0.9, 0.999, 1e-8, 0.01), Adaptivity.adamW(0.02));
    }

    /** Yogi's second moment moves by the square towards it, up or down. */
    @Test
    void fedYogi_secondMoment_movesByTheSquareAtMost() {
        Step one = new FedYogi(PLAIN).step(Memory.fresh(2), VALUES, FIRST);
        Step two = new FedYogi(PLAIN).step(one.memory(), VALUES, SECOND);

        assertEquals(0.01 * 0.25, one.memory().second()[0], 1e-15);
        assertEquals(0.01 * 0.25 + 0.01 * 0.0625, two.memory().second()[0], 1e-15);
        Step shrinking =
                new FedYogi(PLAIN)
                        .step(
                                new Memory(5, new double[1], new double[] {2}),
                                new double[1],
                                new double[] {1});
        assertEquals(2 - 0.01, shrinking.memory().second()[0], 1e-15);
    }

    @Test
    void step_memoryBefore_isLeftAsItWas() {
        Memory memory = Memory.fresh(2);

        new FedAdam(PLAIN).step(memory, VALUES, FIRST);
        new FedYogi(PLAIN).step(memory, VALUES, FIRST);
        new FedAvgM(1, 0.5).step(memory, VALUES, FIRST);

        assertArrayEquals(new double[2], memory.first());
        assertArrayEquals(new double[2], memory.second());
        assertEquals(0, memory.steps());
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
    void badRate_isRefusedByKeyAndValue(double rate) {
        var error = assertThrows(IllegalArgumentException.class, () -> new FedAvg(rate));

        assertEquals(
                "learning rate is not above 0: key=server.learning-rate, value=" + rate,
                error.getMessage());
    }

    @Test
    void badNumbers_areRefused() {
        assertThrows(IllegalArgumentException.class, () -> new FedAvgM(1, 1));
        assertThrows(IllegalArgumentException.class, () -> new Adaptivity(1, -0.1, 0.9, 1, 0));
        assertThrows(IllegalArgumentException.class, () -> new Adaptivity(1, 0.9, 1, 1, 0));
        assertThrows(IllegalArgumentException.class, () -> new Adaptivity(1, 0.9, 0.9, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> new Adaptivity(1, 0.9, 0.9, 1, -1));
    }
}
