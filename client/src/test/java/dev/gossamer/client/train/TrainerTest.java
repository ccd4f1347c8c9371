package dev.gossamer.client.train;

import static dev.gossamer.client.train.PointsModel.row;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.client.adapter.Adapter;
import dev.gossamer.client.adapter.Dropout;
import dev.gossamer.client.data.Example;
import dev.gossamer.client.data.Rows;
import dev.gossamer.client.model.Head;
import dev.gossamer.client.model.TinyHeads;
import dev.gossamer.client.model.TinyTransformers;
import dev.gossamer.client.model.Transformer;
import dev.gossamer.client.reference.ReferenceEngine;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

class TrainerTest {
    private static final Trainer.Coins COINS = new Trainer.Coins(7, 0, "owner");
    private static final List<Example> FOUR = List.of(row(0, 0), row(2, 0), row(4, 8), row(2, 0));

    private static Trainer.Plan sgd(double rate, int batch, int accumulation) {
        return new Trainer.Plan(
                batch,
                accumulation,
                rate,
                Schedule.constant(),
                new OptimizerChoice.GradientDescent(0, 0),
                OptionalDouble.empty(),
                0);
    }

    private static Trainer trainer(Trainer.Plan plan, float... start) {
        return new Trainer(new PointsModel(start.length), Rows.of(FOUR), plan, COINS, start, 0);
    }

    @Test
    void step_rateOneOnAllRows_landsOnTheirMean() {
        Trainer trainer = trainer(sgd(1, 4, 1), 9, -3);

        Trainer.Step step = trainer.step();

        assertArrayEquals(new float[] {2, 2}, trainer.values());
        // The gradient is the distance to the mean; each row has two tokens.
        assertEquals(Math.hypot(7, 5), step.gradientNorm(), 1e-6);
        assertEquals(8, step.tokens());
        assertEquals(1, step.step());
    }

    @Test
    void step_accumulated_isTheStepOfAllRows() {
        Trainer trainer = trainer(sgd(1, 1, 4), 9, -3);

        double loss = trainer.step().loss();

        assertArrayEquals(new float[] {2, 2}, trainer.values(), 1e-6f);
        assertEquals(trainer(sgd(1, 4, 1), 9, -3).step().loss(), loss, 1e-5);
    }

    @Test
    void step_normAboveTheBound_isClipped() {
        Trainer.Plan plan =
                new Trainer.Plan(
                        4,
                        1,
                        1,
                        Schedule.constant(),
                        new OptimizerChoice.GradientDescent(0, 0),
                        OptionalDouble.of(0.5),
                        0);
        Trainer trainer = trainer(plan, 5, 6);

        trainer.step();

        // Distance (3, 4) of norm 5 becomes (0.3, 0.4).
        assertArrayEquals(new float[] {4.7f, 5.6f}, trainer.values(), 1e-6f);
    }

    @Test
    void step_withDropout_dropsAnotherPartEachTime() {
        Trainer.Plan plan =
                new Trainer.Plan(
                        2,
                        2,
                        1,
                        Schedule.constant(),
                        new OptimizerChoice.GradientDescent(0, 0),
                        OptionalDouble.empty(),
                        0,
                        0.25);
        List<List<Dropout>> told = new ArrayList<>();
        for (int run = 0; run < 2; run++) {
            PointsModel model = new PointsModel(2);
            Trainer trainer = new Trainer(model, Rows.of(FOUR), plan, COINS, new float[2], 0);
            trainer.step();
            trainer.step();
            told.add(model.dropouts);
        }

        assertEquals(told.get(0), told.get(1));
        assertEquals(4, told.get(0).stream().distinct().count());
        assertTrue(told.get(0).stream().allMatch(dropout -> dropout.probability() == 0.25));
    }

    /** The loss with its proximal term, {@code (w - 2)^2 / 2 + mu (w - 8)^2 / 2}, is least at 5. */
    @Test
    void step_proximalTermOfOne_settlesHalfWay() {
        Trainer.Plan plan =
                new Trainer.Plan(
                        4,
                        1,
                        0.5,
                        Schedule.constant(),
                        new OptimizerChoice.GradientDescent(0, 0),
                        OptionalDouble.empty(),
                        1);
        Trainer trainer = trainer(plan, 8, 8);

        trainer.step();
        trainer.step();

        assertArrayEquals(new float[] {5, 5}, trainer.values(), 1e-6f);
    }

    @Test
    void step_ofALaterRound_takesTheRateOfTheGlobalStep() {
        Schedule falling = new Schedule(Schedule.Shape.LINEAR, 0, 10);
        Trainer.Plan plan =
                new Trainer.Plan(
                        4,
                        1,
                        1,
                        falling,
                        new OptimizerChoice.GradientDescent(0, 0),
                        OptionalDouble.empty(),
                        0);
        Trainer trainer =
                new Trainer(new PointsModel(2), Rows.of(FOUR), plan, COINS, new float[] {9, -3}, 4);

        Trainer.Step step = trainer.step();

        assertEquals(0.6, step.learningRate(), 1e-12);
        assertEquals(5, step.step());
    }

    @Test
    void step_rowsOfAnEpoch_areEachDrawnOnce() {
        Trainer trainer = trainer(sgd(1e-9, 1, 1), 0, 0);

        double sum = 0;
        for (int i = 0; i < 4; i++) {
            sum += trainer.step().loss();
        }

        // Losses at the origin: 0, 2, 40 and 2.
        assertEquals(44, sum, 1e-3);
    }

    @Test
    void step_divergedValues_areRefusedAndKept() {
        Trainer trainer = trainer(sgd(1, 4, 1), Float.NaN, 0);

        DivergedException diverged = assertThrows(DivergedException.class, trainer::step);

        assertEquals(
                "training diverged: step=1, loss=NaN, gradient norm=NaN; lower the learning rate or"
                        + " clip the norm",
                diverged.getMessage());
        assertEquals(0, trainer.steps());
    }

    @Test
    void trainer_noRowsOrForeignValues_refused() {
        assertThrows(
                IllegalArgumentException.class,
                () ->
                        new Trainer(
                                new PointsModel(2),
                                Rows.of(List.of()),
                                sgd(1, 1, 1),
                                COINS,
                                new float[2],
                                0));
        assertThrows(
                IllegalArgumentException.class,
                () ->
                        new Trainer(
                                new PointsModel(2),
                                Rows.of(FOUR),
                                sgd(1, 1, 1),
                                COINS,
                                new float[3],
                                0));
    }

    @Test
    void run_fiveSteps_takesThemOneByOne() {
        Trainer.Plan plan = sgd(0.1, 3, 1);
        Trainer single = trainer(plan, 9, -3);
        double loss = 0;
        for (int i = 0; i < 5; i++) {
            loss += single.step().loss();
        }

        Trainer.Trained trained = trainer(plan, 9, -3).run(5, Progress.SILENT);

        assertArrayEquals(single.values(), trained.values());
        assertEquals(loss / 5, trained.meanLoss(), 1e-12);
        assertEquals(2 * 3 * 5, trained.tokens());
    }

    @Test
    void steps_onATransformer_lowerItsLoss() {
        Transformer base = TinyTransformers.bert(1);
        Head head = TinyHeads.token(base, 2);
        AdaptedModel model = model(base, head);
        List<Example> rows = TinyHeads.rows(head, 3, 5, 9, 4, 7, 6, 8);
        Trainer.Plan plan =
                new Trainer.Plan(
                        2,
                        3,
                        0.05,
                        Schedule.constant(),
                        new OptimizerChoice.Adam(0),
                        OptionalDouble.of(1),
                        0);
        float[] start = TinyTransformers.values(model.layout().size(), 0.1, 4);
        Trainer trainer = new Trainer(model, Rows.of(rows), plan, COINS, start, 0);

        double first = trainer.step().loss();
        double last = first;
        for (int i = 0; i < 10; i++) {
            last = trainer.step().loss();
        }

        assertTrue(last < 0.5 * first, "loss " + first + " fell to " + last);
    }

    static AdaptedModel model(Transformer base, Head head) {
        Adapter adapter = TinyTransformers.adapter(base, Adapter.Kind.LORA, 2, 1, 5);
        return new ReferenceEngine()
                .load(base, Engine.Storage.FP32, Engine.Precision.FP32)
                .attach(adapter, head, TinyHeads.maps(head));
    }
}
