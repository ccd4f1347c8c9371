package dev.gossamer.simulations.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.client.adapter.GradientBasis;
import dev.gossamer.client.data.Dataset;
import dev.gossamer.client.data.Example;
import dev.gossamer.client.model.LinearRole;
import dev.gossamer.client.tensor.TensorClassifier;
import dev.gossamer.client.tensor.Workers;
import dev.gossamer.client.train.Progress;
import dev.gossamer.client.train.TrainPlan;
import dev.gossamer.client.weights.ArtifactCache;
import dev.gossamer.client.weights.BaseModel;
import dev.gossamer.client.weights.DownloadProgress;
import dev.gossamer.client.weights.ModelCatalog;
import dev.gossamer.simulations.data.WordNetGlosses;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** The baselines on real rows: three classes that a probe tells apart far better than by chance. */
class BaselinesTest {
    private static final List<String> CLASSES = List.of("person", "plant", "animal");
    private static final int TOKENS = 16;

    private final Workers workers = new Workers(2);
    private final BaseModel base = ModelCatalog.shared().load("minilm-l6");
    private final WordNetGlosses.Draw draw =
            WordNetGlosses.resolve(ArtifactCache.ofEnvironment(), DownloadProgress.SILENT)
                    .only(CLASSES)
                    .draw(new WordNetGlosses.Sizes(12, 90, 0, 90), 3);
    private final List<Example> test =
            Dataset.tokenised(draw.publicTest(), CLASSES, base.tokenizer(), TOKENS).rows();
    private final List<Example> rows =
            Dataset.tokenised(draw.clients(), CLASSES, base.tokenizer(), TOKENS).rows();

    @AfterEach
    void stop() {
        workers.close();
    }

    private Baselines baselines() {
        GradientBasis.Start start =
                GradientBasis.make(
                        base.weights(),
                        Dataset.tokenised(draw.publicSample(), CLASSES, base.tokenizer(), TOKENS)
                                .rows(),
                        CLASSES.size(),
                        new GradientBasis.Plan(List.of(LinearRole.QUERY), 4, 5e-3, 4),
                        workers,
                        Progress.SILENT);
        TensorClassifier classifier =
                new TensorClassifier(base.weights(), start.basis(), CLASSES.size(), workers);
        return new Baselines(classifier, start.adapter(), CLASSES.size(), test, 3);
    }

    @Test
    void frozenProbe_realRows_isFarAboveChance() {
        double accuracy = baselines().frozenProbe(rows);

        assertTrue(accuracy > 0.7, "accuracy=" + accuracy);
    }

    @Test
    void bestClient_oneShardOfOneClass_isBeatenByTheMixedOne() {
        List<Example> persons = rows.stream().filter(row -> row.label() == 0).toList();
        List<Double> told = new ArrayList<>();
        List<Integer> steps = new ArrayList<>();

        double best =
                baselines()
                        .bestClient(
                                List.of(persons, rows),
                                new TrainPlan(24, 16, 2e-2, 0),
                                (done, total) -> steps.add(done),
                                (client, accuracy) -> told.add(accuracy));

        assertEquals(2, told.size());
        assertEquals(IntStream.rangeClosed(1, 48).boxed().toList(), steps);
        assertTrue(told.getLast() > told.getFirst() + 0.2, told.toString());
        assertEquals(told.getLast(), best);
    }

    @Test
    void centralised_twoShards_trainsOnBoth() {
        List<Example> persons = rows.stream().filter(row -> row.label() == 0).toList();
        List<Example> others = rows.stream().filter(row -> row.label() > 0).toList();

        double accuracy =
                baselines()
                        .centralised(
                                List.of(persons, others),
                                new TrainPlan(12, 16, 1e-2, 0),
                                Progress.SILENT);

        assertTrue(accuracy > 0.6, "accuracy=" + accuracy);
    }
}
