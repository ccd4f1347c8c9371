package dev.gossamer.client.train;

import static dev.gossamer.client.train.PointsModel.row;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.gossamer.client.data.Example;
import dev.gossamer.client.data.MaskedRows;
import dev.gossamer.client.data.Rows;
import dev.gossamer.client.model.Head;
import dev.gossamer.client.model.TinyHeads;
import dev.gossamer.client.model.TinyTransformers;
import dev.gossamer.client.model.Transformer;
import dev.gossamer.client.train.Schedule.Shape;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.Stream;

class TrainingLoopTest {
    private static final Trainer.Coins COINS = new Trainer.Coins(7, 0, "owner");
    private static final Map<String, String> SETTINGS = Map.of("seed", "7", "rank", "2");

    @TempDir private Path folder;

    private final List<String> told = new ArrayList<>();

    private TrainingLoop.Watcher watcher() {
        return new TrainingLoop.Watcher() {
            @Override
            public void stepped(Trainer.Step step) {
                told.add("step " + step.step());
            }

            @Override
            public void validated(int step, Metrics metrics) {
                told.add("validated " + step);
            }
        };
    }

    /** A training of which all that varies is how often it is interrupted. */
    private final class Training {
        private final Path file = folder.resolve("checkpoint");
        private final AdaptedModel model;
        private final Rows rows;
        private final Trainer.Plan plan;
        private final float[] start;

        Training(OptimizerChoice optimizer) {
            Transformer base = TinyTransformers.bert(1);
            Head head = TinyHeads.all(base).get("tied-transform-lm");
            model = TrainerTest.model(base, head);
            List<Example> whole = new ArrayList<>();
            for (Example row : TinyHeads.rows(head, 3, 9, 11, 8, 10, 12)) {
                whole.add(new Example(row.tokenIds(), row.tokenIds().clone()));
            }
            rows = new MaskedRows(whole, 1, TinyTransformers.VOCABULARY, 7, "owner");
            plan =
                    new Trainer.Plan(
                            2,
                            2,
                            0.02,
                            new Schedule(Shape.COSINE, 2, 6),
                            optimizer,
                            OptionalDouble.of(0.5),
                            0.1);
            start = TinyTransformers.values(model.layout().size(), 0.1, 4);
        }

        /** Trains until {@code steps} steps stand; the result. */
        float[] run(int steps, boolean resume) {
            EarlyStop.Best best = EarlyStop.none(start);
            Trainer trainer = new Trainer(model, rows, plan, COINS, start, 0);
            if (resume) {
                Checkpoint read = CheckpointFile.read(file);
                read.requireFit(file, SETTINGS, model.layout().fingerprint());
                best = read.best().orElseThrow();
                trainer = Trainer.resumed(model, rows, plan, COINS, start, read.state());
            }
            Trainer running = trainer;
            Function<float[], Metrics> validation =
                    values -> Metrics.of(Task.MASKED_LM, model.score(values, rows.in(1000)));
            TrainingLoop loop =
                    new TrainingLoop(
                            running,
                            new TrainingLoop.Plan(6, 2, 100),
                            Optional.of(validation),
                            Optional.of(new EarlyStop(5, best)),
                            (state, kept) ->
                                    CheckpointFile.write(
                                            file,
                                            new Checkpoint(
                                                    SETTINGS,
                                                    model.layout().fingerprint(),
                                                    state,
                                                    kept)),
                            watcher());
            loop.run(() -> running.steps() == steps);
            return loop.result();
        }
    }

    static Stream<Arguments> optimizers() {
        return Stream.of(
                arguments(new OptimizerChoice.Adam(0.01)),
                arguments(new OptimizerChoice.GradientDescent(0.9, 0.01)));
    }

    /** Masks, batches, momenta, schedule and best values go on where they stood. */
    @ParameterizedTest
    @MethodSource("optimizers")
    void run_interruptedAndResumed_endsInTheSameBits(OptimizerChoice optimizer) {
        float[] straight = new Training(optimizer).run(6, false);
        Checkpoint end = CheckpointFile.read(folder.resolve("checkpoint"));
        told.clear();

        new Training(optimizer).run(3, false);
        float[] resumed = new Training(optimizer).run(6, true);

        assertArrayEquals(straight, resumed);
        Checkpoint again = CheckpointFile.read(folder.resolve("checkpoint"));
        assertArrayEquals(end.state().values(), again.state().values());
        assertEquals(end.state().position(), again.state().position());
        assertEquals(end.best().orElseThrow().loss(), again.best().orElseThrow().loss());
        assertEquals(
                List.of(
                        "step 1",
                        "step 2",
                        "validated 2",
                        "step 3",
                        "step 4",
                        "validated 4",
                        "step 5",
                        "step 6",
                        "validated 6"),
                told);
    }

    @Test
    void run_resumedAtTheEnd_takesNoStep() {
        new Training(new OptimizerChoice.Adam(0)).run(6, false);
        told.clear();

        new Training(new OptimizerChoice.Adam(0)).run(6, true);

        assertEquals(List.of(), told);
    }

    /** A training that climbs: what was best stands at its second validation. */
    @Test
    void run_validationThatStopsFalling_endsEarlyWithTheBestValues() {
        PointsModel model = new PointsModel(1);
        // Towards 10 by 4, 2.4, 1.44 ...; the rows held out are best served at 6.
        Trainer trainer =
                new Trainer(
                        model,
                        Rows.of(List.of(row(10))),
                        new Trainer.Plan(
                                1,
                                1,
                                0.4,
                                Schedule.constant(),
                                new OptimizerChoice.GradientDescent(0, 0),
                                OptionalDouble.empty(),
                                0),
                        COINS,
                        new float[1],
                        0);
        TrainingLoop loop =
                new TrainingLoop(
                        trainer,
                        new TrainingLoop.Plan(100, 1, 100),
                        Optional.of(
                                values ->
                                        Metrics.of(
                                                Task.MASKED_LM,
                                                model.score(values, List.of(row(6))))),
                        Optional.of(new EarlyStop(2, EarlyStop.none(new float[1]))),
                        (state, best) -> told.add("kept " + state.step()),
                        watcher());

        TrainingLoop.End end = loop.run(() -> false);

        assertEquals(TrainingLoop.End.EARLY, end);
        assertArrayEquals(new float[] {6.4f}, loop.result(), 1e-5f);
        assertEquals("kept 4", told.getLast());
    }

    @Test
    void loop_earlyStopWithoutValidation_refused() {
        assertThrows(
                IllegalArgumentException.class,
                () ->
                        new TrainingLoop(
                                new Trainer(
                                        new PointsModel(1),
                                        Rows.of(List.of(row(1))),
                                        new Trainer.Plan(
                                                1,
                                                1,
                                                1,
                                                Schedule.constant(),
                                                new OptimizerChoice.Adam(0),
                                                OptionalDouble.empty(),
                                                0),
                                        COINS,
                                        new float[1],
                                        0),
                                new TrainingLoop.Plan(1, 1, 1),
                                Optional.empty(),
                                Optional.of(new EarlyStop(1, EarlyStop.none(new float[1]))),
                                (state, best) -> {},
                                watcher()));
    }
}
