package dev.gossamer.simulations.federation;

import dev.gossamer.client.node.ClientEvent;
import dev.gossamer.client.node.OwnerFiles;
import dev.gossamer.client.node.SharedModels;
import dev.gossamer.client.node.WorkProgress;
import dev.gossamer.client.weights.ArtifactCache;
import dev.gossamer.client.weights.DownloadProgress;
import dev.gossamer.coordinator.round.RoundSummary;
import dev.gossamer.coordinator.round.RunEvent;
import dev.gossamer.protocols.adapter.AdapterState;
import dev.gossamer.protocols.node.NodeId;
import dev.gossamer.protocols.run.RunFile;
import dev.gossamer.protocols.run.RunFileReader;
import dev.gossamer.simulations.data.Shards;
import dev.gossamer.simulations.data.Sizes;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** A real run in a few seconds: three clients, three classes, one matrix a layer, three rounds. */
final class SmallRun {
    static final Sizes SIZES = new Sizes(12, 30, 0, 60);
    private static final String TEXT =
            """
            name: small
            model: {base: minilm-l6}
            data: {set: wordnet-nouns, classes: [person, plant, animal], held-out: 0.25}
            adapter: {method: fed-sb, rank: 4, targets: [query]}
            basis: {from: gradient, sample: public-sample, rows: 12, learning-rate: 5e-3}
            train: {local-steps: 2, batch-size: 4, learning-rate: 5e-3, threads: 2}
            rounds: {count: 3, cohort: 3, minimum: 2, deadline: 600s}
            evaluation: {every: 1, public-test: wordnet-test}
            seed: 5
            simulate: {clients: 3, source: wordnet-nouns, partition: {dirichlet: 1.0}}
            """;
    static final RunFile FILE = RunFileReader.read(TEXT);

    /** The same with a server that keeps momentum; without it the mean would be the step. */
    static final RunFile MOMENTUM = RunFileReader.read(TEXT + "server: {optimizer: fedavgm}\n");

    /** The same on bases that are made otherwise. */
    static RunFile onBasis(String from) {
        return RunFileReader.read(TEXT.replace("from: gradient", "from: " + from));
    }

    /** The same by a method that sends LoRA's own factors, as a file has it. */
    static RunFile by(String method) {
        String half = "exchange: {upload: {density: 0.5}, download: {density: 0.5}}\n";
        return RunFileReader.read(
                TEXT.replace("fed-sb, rank: 4", method) + (method.startsWith("cellm") ? half : ""));
    }

    /** The same at rank 4, whose clients train {@code ranks}. */
    static RunFile ofRanks(String method, List<Integer> ranks) {
        return RunFileReader.read(
                TEXT.replace("fed-sb, rank: 4", method + ", rank: 4")
                        .replace("{clients: 3,", "{clients: 3, ranks: " + ranks + ","));
    }

    /** One round whose updates have more bytes than a frame. */
    static final RunFile WIDE =
            RunFileReader.read(
                    TEXT.replace("fed-sb, rank: 4", "fedit, rank: 256")
                            .replace("count: 3", "count: 1")
                            .replace("every: 1,", "every: 1, aggregation-error: false,"));

    /** One round on a basis that is found by sketches which have more bytes than a frame. */
    static final RunFile WIDE_FOUND =
            RunFileReader.read(
                    TEXT.replace("rank: 4, targets: [query]", "rank: 256, targets: [query, key]")
                            .replace("from: gradient", "from: range-finder")
                            .replace("count: 3", "count: 1")
                            .replace("every: 1,", "every: 1, aggregation-error: false,"));

    /** The same with a promise to each row. */
    static final RunFile PRIVATE =
            RunFileReader.read(
                    TEXT.replace("minimum: 2", "minimum: 2, weights: uniform")
                            + "privacy: {mode: example, noise-multiplier: 0.5, clip: fixed 0.5}\n");

    /** The same by the median of each coordinate, which one of three clients cannot move. */
    static final RunFile MEDIAN =
            RunFileReader.read(
                    TEXT.replace("minimum: 2", "minimum: 3")
                            + "server: {robust: {rule: coordinate-median}}\n");

    /** The same with downloads that hold changes in 16 bits. */
    static final RunFile HALVED =
            RunFileReader.read(TEXT + "exchange: {download: {values: bf16}}\n");

    /** The same with uploads that hold a quarter of the values, in eight bits each. */
    static final RunFile SPARSE =
            RunFileReader.read(
                    TEXT + "exchange: {upload: {values: int8, density: 0.25, entropy: zstd}}\n");

    /** The same, and what that leaves out is sent later. */
    static final RunFile OWING =
            RunFileReader.read(
                    TEXT + "exchange: {upload: {values: int8, density: 0.25, feedback: keep}}\n");

    final List<RunEvent> events = Collections.synchronizedList(new ArrayList<>());
    final SortedMap<NodeId, OwnerFiles> files;
    private final RunFile file;
    private final Path folder;

    SmallRun(Path folder) {
        this(folder, FILE);
    }

    SmallRun(Path folder, RunFile file) {
        this.folder = folder;
        this.file = file;
        files =
                Shards.deal(
                                file,
                                file.simulate().orElseThrow(),
                                SIZES,
                                Shards.Scored.TEST,
                                ArtifactCache.ofEnvironment(),
                                DownloadProgress.SILENT)
                        .write(folder);
    }

    Federation federation(
            SharedModels models,
            Consumer<RunEvent> watcher,
            BiConsumer<NodeId, ClientEvent> clientWatcher) {
        return Federation.onOwnFiles(
                file,
                files,
                folder,
                models,
                WorkProgress.SILENT,
                event -> {
                    events.add(event);
                    watcher.accept(event);
                },
                clientWatcher);
    }

    RunEvent.Ended end() {
        return events.stream()
                .filter(RunEvent.Ended.class::isInstance)
                .map(RunEvent.Ended.class::cast)
                .findFirst()
                .orElseThrow();
    }

    Optional<AdapterState> adapter() {
        return end().adapter();
    }

    List<RoundSummary> rounds() {
        return events.stream()
                .filter(RunEvent.RoundFinished.class::isInstance)
                .map(event -> ((RunEvent.RoundFinished) event).summary())
                .toList();
    }
}
