package dev.gossamer.simulations.data;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.client.adapter.Adapter;
import dev.gossamer.client.adapter.AdapterStart;
import dev.gossamer.client.adapter.Heads;
import dev.gossamer.client.adapter.Initialisation;
import dev.gossamer.client.adapter.NewHead;
import dev.gossamer.client.adapter.PoolingChoice;
import dev.gossamer.client.adapter.TargetSelector;
import dev.gossamer.client.data.Dataset;
import dev.gossamer.client.data.Example;
import dev.gossamer.client.data.Rows;
import dev.gossamer.client.data.TextRow;
import dev.gossamer.client.tensor.CpuEngine;
import dev.gossamer.client.tensor.Workers;
import dev.gossamer.client.train.AdaptedModel;
import dev.gossamer.client.train.Engine;
import dev.gossamer.client.train.Metrics;
import dev.gossamer.client.train.OptimizerChoice;
import dev.gossamer.client.train.Progress;
import dev.gossamer.client.train.Schedule;
import dev.gossamer.client.train.Task;
import dev.gossamer.client.train.Trainer;
import dev.gossamer.client.weights.ArtifactCache;
import dev.gossamer.client.weights.DownloadProgress;
import dev.gossamer.client.weights.Models;
import dev.gossamer.client.weights.PretrainedModel;
import dev.gossamer.protocols.adapter.AdapterLayout.Slice;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/** The whole of local training learns what PyTorch with PEFT learns from the same rows. */
class LearningTest {
    private static final int SEED = 7;
    private static final int MAX_TOKENS = 64;
    private static final int STEPS_OF_AN_EPOCH = 60;

    /** A linear probe on the frozen base has 0.71; PyTorch with PEFT 0.775, 0.800 and 0.795. */
    private static final double REACHED = 0.78;

    /**
     * LoRA of rank 8 on query and value of MiniLM, AdamW at 2e-3, batches of 16, over 960 glosses
     * of 12 classes: within three epochs 78 % of 400 others are classified. One standard error is
     * two points; seed and machine decide nothing else.
     */
    @Test
    void lora_threeEpochsOfGlosses_reachesWhatTheReferenceReaches() {
        PretrainedModel model = Models.open("minilm-l6");
        WordNetGlosses.Draw draw =
                WordNetGlosses.resolve(ArtifactCache.ofEnvironment(), DownloadProgress.SILENT)
                        .draw(new WordNetGlosses.Sizes(0, 400, 0, 960), SEED);
        try (Workers workers = new Workers(2)) {
            AdapterStart start =
                    Initialisation.kaiming(
                            new TargetSelector(List.of("query", "value"), 8).select(model.base()),
                            Adapter.Kind.LORA,
                            16,
                            SEED);
            NewHead head =
                    NewHead.of(
                            model,
                            Task.SEQUENCE_CLASSIFICATION,
                            Optional.of(PoolingChoice.MEAN),
                            WordNetGlosses.CLASSES.size(),
                            SEED);
            AdaptedModel adapted =
                    new CpuEngine(workers)
                            .load(model.base(), Engine.Storage.FP32, Engine.Precision.FP32)
                            .attach(start.adapter(), head.head(), Set.copyOf(head.trained()));
            Trainer trainer = trainer(adapted, rows(model, draw.clients()), values(start, head));

            double best = best(adapted, trainer, rows(model, draw.publicTest()));

            assertTrue(best >= REACHED, "accuracy " + best);
        }
    }

    private static List<Example> rows(PretrainedModel model, List<TextRow> rows) {
        return Dataset.tokenised(
                        rows, WordNetGlosses.CLASSES, model.tokenizer().orElseThrow(), MAX_TOKENS)
                .rows();
    }

    private static float[] values(AdapterStart start, NewHead head) {
        List<Slice> slices = Heads.slices(head.head(), head.trained());
        return start.state(slices, Heads.values(head.head(), slices)).values();
    }

    private static Trainer trainer(AdaptedModel model, List<Example> rows, float[] values) {
        return new Trainer(
                model,
                Rows.of(rows),
                new Trainer.Plan(
                        16,
                        1,
                        2e-3,
                        Schedule.constant(),
                        new OptimizerChoice.Adam(0),
                        OptionalDouble.empty(),
                        0),
                new Trainer.Coins(SEED, 0, "owner"),
                values,
                0);
    }

    /** The best accuracy after each of three epochs; later ones are not needed once it is there. */
    private static double best(AdaptedModel model, Trainer trainer, List<Example> test) {
        double best = 0;
        for (int epoch = 0; epoch < 3 && best < REACHED; epoch++) {
            trainer.run(STEPS_OF_AN_EPOCH, Progress.SILENT);
            best =
                    Metrics.of(Task.SEQUENCE_CLASSIFICATION, model.score(trainer.values(), test))
                            .accuracy();
        }
        return best;
    }
}
