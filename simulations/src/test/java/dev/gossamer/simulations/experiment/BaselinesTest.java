package dev.gossamer.simulations.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.client.adapter.GradientBasis;
import dev.gossamer.client.data.Example;
import dev.gossamer.client.node.ModelWork;
import dev.gossamer.client.node.OwnerFiles;
import dev.gossamer.client.node.SharedModels;
import dev.gossamer.client.tensor.Workers;
import dev.gossamer.client.train.Progress;
import dev.gossamer.client.weights.ArtifactCache;
import dev.gossamer.client.weights.DownloadProgress;
import dev.gossamer.protocols.adapter.BasisCodec;
import dev.gossamer.protocols.adapter.Digest;
import dev.gossamer.protocols.node.NodeId;
import dev.gossamer.protocols.run.RunFile;
import dev.gossamer.protocols.run.RunFileReader;
import dev.gossamer.simulations.data.Shards;
import dev.gossamer.simulations.data.Sizes;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** The baselines on real rows: three classes that a probe tells apart far better than by chance. */
class BaselinesTest {
    private static final RunFile RUN =
            RunFileReader.read(
                    """
                    name: small
                    model: {base: minilm-l6}
                    data:
                      set: wordnet-nouns
                      classes: [person, plant, animal]
                      max-tokens: 16
                      held-out: 0.1
                    adapter: {rank: 4, targets: [query]}
                    basis: {sample: public-sample, rows: 12}
                    train: {batch-size: 16}
                    rounds: {cohort: 1}
                    evaluation: {public-test: wordnet-test}
                    seed: 3
                    simulate: {clients: 1, partition: {dirichlet: 1.0}}
                    """);
    private static final Baselines.Plan TWELVE = new Baselines.Plan(12, 1e-2);

    private final Workers workers = new Workers(2);
    private final SharedModels models = new SharedModels(workers);
    @TempDir private Path folder;
    private List<Example> rows;
    private Baselines baselines;

    @BeforeEach
    void prepare() {
        NodeId node = new NodeId("client-1");
        OwnerFiles files =
                Shards.deal(
                                RUN,
                                RUN.simulate().orElseThrow(),
                                new Sizes(12, 90, 0, 100),
                                Shards.Scored.TEST,
                                ArtifactCache.ofEnvironment(),
                                DownloadProgress.SILENT)
                        .write(folder)
                        .get(node);
        ModelWork work = new ModelWork(RUN, node, files, models);
        GradientBasis.Start start = work.makeBasis(3, Optional.empty());
        rows = work.rows().train();
        baselines =
                new Baselines(
                        models,
                        RUN,
                        Digest.of(BasisCodec.encode(start.basis())),
                        start.basis(),
                        start.adapter(),
                        work.publicTest().orElseThrow());
    }

    @AfterEach
    void stop() {
        workers.close();
    }

    @Test
    void frozen_realRows_isFarAboveChance() {
        double accuracy = baselines.frozen(rows);

        assertTrue(accuracy > 0.7, "accuracy=" + accuracy);
    }

    @Test
    void bestClient_oneShardOfOneClass_isBeatenByTheMixedOne() {
        List<Example> persons = rows.stream().filter(row -> row.label() == 0).toList();
        List<Double> told = new ArrayList<>();
        List<Integer> steps = new ArrayList<>();

        double best =
                baselines.bestClient(
                        List.of(persons, rows),
                        new Baselines.Plan(24, 1e-1),
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

        double accuracy = baselines.centralised(List.of(persons, others), TWELVE, Progress.SILENT);

        assertTrue(accuracy > 0.6, "accuracy=" + accuracy);
    }
}
