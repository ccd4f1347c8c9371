package dev.gossamer.simulations.data;

import dev.gossamer.client.weights.ArtifactCache;
import dev.gossamer.client.weights.DownloadProgress;
import dev.gossamer.protocols.run.RunFile;
import dev.gossamer.protocols.run.RunFile.Task;
import dev.gossamer.protocols.run.World;

import java.util.Arrays;
import java.util.List;

/** A built-in data set that a simulated run may deal to its clients. */
enum Source {
    /** Glosses with their class. */
    NOUNS("wordnet-nouns") {
        @Override
        List<Task> tasks() {
            return List.of(Task.SEQUENCE_CLASSIFICATION, Task.MASKED_LM, Task.CAUSAL_LM);
        }

        @Override
        Sizes sizes(RunFile run, World world) {
            return new Sizes(run.basis().rows(), 1000, 500, rows(world, 250));
        }

        @Override
        Draw draw(RunFile run, Sizes sizes, ArtifactCache cache, DownloadProgress progress) {
            WordNetGlosses all = WordNetGlosses.resolve(cache, progress);
            boolean labelled = run.task().classifies();
            return (labelled ? all.only(run.data().classes()) : all).draw(sizes, run.seed());
        }
    },
    /** Prompts for a definition, and the definition. */
    DEFINITIONS("wordnet-definitions") {
        @Override
        List<Task> tasks() {
            return List.of(Task.CAUSAL_LM);
        }

        @Override
        Sizes sizes(RunFile run, World world) {
            return new Sizes(run.basis().rows(), 160, 160, rows(world, 150));
        }

        @Override
        Draw draw(RunFile run, Sizes sizes, ArtifactCache cache, DownloadProgress progress) {
            return WordNetDefinitions.resolve(cache, progress).draw(sizes, run.seed());
        }
    };

    private final String key;

    Source(String key) {
        this.key = key;
    }

    /** The tasks whose columns its rows have. */
    abstract List<Task> tasks();

    /** How many rows each part of the run's data gets. */
    abstract Sizes sizes(RunFile run, World world);

    private static int rows(World world, int usualOfAClient) {
        return world.rows() > 0
                ? world.rows()
                : Math.multiplyExact(usualOfAClient, world.clients());
    }

    abstract Draw draw(RunFile run, Sizes sizes, ArtifactCache cache, DownloadProgress progress);

    /**
     * The source that {@code run} names in {@code world}.
     *
     * @throws IllegalArgumentException if there is none, or its rows are of other tasks
     */
    static Source of(RunFile run, World world) {
        Source source =
                Arrays.stream(values())
                        .filter(candidate -> candidate.key.equals(world.source()))
                        .findFirst()
                        .orElseThrow(
                                () ->
                                        new IllegalArgumentException(
                                                "unknown data set: key=simulate.source, value="
                                                        + world.source()
                                                        + ", built in="
                                                        + Arrays.stream(values())
                                                                .map(s -> s.key)
                                                                .toList()));
        if (!source.tasks().contains(run.task())) {
            throw new IllegalArgumentException(
                    "data set is for other tasks: key=simulate.source, value="
                            + source.key
                            + ", task="
                            + run.task().key()
                            + ", its tasks="
                            + source.tasks().stream().map(Task::key).toList());
        }
        return source;
    }
}
