package dev.gossamer.client.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gossamer.client.data.Example;
import dev.gossamer.client.data.Rows;
import dev.gossamer.protocols.adapter.AdapterState;
import dev.gossamer.protocols.adapter.Digest;
import dev.gossamer.protocols.run.TrainPlan;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

class LocalTrainerTest {
    private static final TrainPlan ADAMW = plan(TrainPlan.Optimizer.ADAMW, 0, 0.5);
    private final PointsModel model = new PointsModel(2);
    private final AdapterState start = new AdapterState(model.layout(), new float[] {9, -3});

    private static TrainPlan plan(TrainPlan.Optimizer optimizer, double momentum, double decay) {
        return new TrainPlan(
                4,
                2,
                optimizer,
                momentum,
                0.1,
                decay,
                TrainPlan.Schedule.LINEAR,
                OptionalDouble.of(1.5),
                0.25,
                0.125,
                TrainPlan.State.PER_ROUND,
                2);
    }

    private static List<Example> rows(int count) {
        List<Example> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            rows.add(new Example(new int[] {i, 2 * i}, 0));
        }
        return rows;
    }

    private Digest trained(long seed, int round, String node) {
        return LocalTrainer.train(
                        model,
                        start,
                        Rows.of(rows(9)),
                        LocalTrainer.steps(ADAMW, 0.1),
                        6,
                        new Trainer.Coins(seed, round, node),
                        Progress.SILENT)
                .state()
                .digest();
    }

    @Test
    void steps_ofARunsPlan_keepEveryNumber() {
        assertEquals(
                new Trainer.Plan(
                        2,
                        1,
                        0.05,
                        Schedule.constant(),
                        new OptimizerChoice.Adam(0.5),
                        OptionalDouble.of(1.5),
                        0.25,
                        0.125),
                LocalTrainer.steps(ADAMW, 0.05));
        assertEquals(
                new OptimizerChoice.GradientDescent(0.9, 0.5),
                LocalTrainer.steps(plan(TrainPlan.Optimizer.SGD, 0.9, 0.5), 0.05).optimizer());
    }

    /** Over 4 steps a linear schedule goes 1, 3/4, 2/4, 1/4. */
    @Test
    void wholeRun_linear_fallsOverTheSteps() {
        Schedule schedule = LocalTrainer.wholeRun(ADAMW, 0.05, 4).schedule();

        assertEquals(1, schedule.factor(0));
        assertEquals(0.25, schedule.factor(3));
    }

    @Test
    void train_sameCoins_givesTheSameDigestAndAnyOtherAnother() {
        Digest digest = trained(7, 1, "client-1");

        assertEquals(digest, trained(7, 1, "client-1"));
        assertNotEquals(digest, trained(8, 1, "client-1"));
        assertNotEquals(digest, trained(7, 2, "client-1"));
        assertNotEquals(digest, trained(7, 1, "client-2"));
    }

    @Test
    void train_eachStep_isToldOnce() {
        List<Integer> told = new ArrayList<>();

        LocalTrainer.train(
                model,
                start,
                Rows.of(rows(3)),
                LocalTrainer.steps(ADAMW, 0.1),
                3,
                new Trainer.Coins(7, 1, "client-1"),
                (done, total) -> told.add(10 * done + total));

        assertEquals(List.of(13, 23, 33), told);
    }

    @Test
    void train_withoutRows_isRefusedByNode() {
        var refused =
                assertThrows(
                        IllegalArgumentException.class,
                        () ->
                                LocalTrainer.train(
                                        model,
                                        start,
                                        Rows.of(List.of()),
                                        LocalTrainer.steps(ADAMW, 0.1),
                                        3,
                                        new Trainer.Coins(7, 1, "client-1"),
                                        Progress.SILENT));

        assertEquals("no rows to train on: node=client-1, rows=0", refused.getMessage());
    }
}
