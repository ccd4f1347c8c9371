package dev.gossamer.simulations.data;

import dev.gossamer.client.data.JsonlRows;
import dev.gossamer.client.data.TextRow;
import dev.gossamer.client.node.OwnerFiles;
import dev.gossamer.client.weights.ArtifactCache;
import dev.gossamer.client.weights.DownloadProgress;
import dev.gossamer.protocols.node.NodeId;
import dev.gossamer.protocols.run.RunFile;
import dev.gossamer.protocols.run.World;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The rows of a simulated run, dealt to its clients: each has files of its own, and sees no other.
 *
 * <p>The first client is the designated one: it holds the public sample and the public test too. No
 * row is in two of sample, test and clients.
 */
public final class Shards {
    /** The built-in data set. */
    public static final String WORDNET = "wordnet-nouns";

    private static final int ROWS_PER_CLIENT = 250;
    private static final int TEST_ROWS = 1000;
    private static final int VALIDATION_ROWS = 500;
    private static final int LEAST_ROWS = 8;

    /** Which rows stand for the run's public test. */
    public enum Scored {
        /** Those that a result is reported on. */
        TEST,
        /** Those that learning rates are chosen by. */
        VALIDATION
    }

    /** How many rows each part of {@code run}'s data gets. */
    public static WordNetGlosses.Sizes sizes(RunFile run, World world) {
        return new WordNetGlosses.Sizes(
                run.basis().rows(), TEST_ROWS, VALIDATION_ROWS, ROWS_PER_CLIENT * world.clients());
    }

    private final RunFile run;
    private final List<TextRow> sample;
    private final List<TextRow> test;
    private final List<List<TextRow>> parts;

    private Shards(
            RunFile run, List<TextRow> sample, List<TextRow> test, List<List<TextRow>> parts) {
        this.run = run;
        this.sample = sample;
        this.test = test;
        this.parts = parts;
    }

    /**
     * Deals the run's source over its clients.
     *
     * @throws IllegalArgumentException if the source is unknown, or lacks a class of the run
     */
    public static Shards deal(
            RunFile run,
            World world,
            WordNetGlosses.Sizes sizes,
            Scored scored,
            ArtifactCache cache,
            DownloadProgress progress) {
        if (!world.source().equals(WORDNET)) {
            throw new IllegalArgumentException(
                    "unknown data set: key=simulate.source, value="
                            + world.source()
                            + ", built in=["
                            + WORDNET
                            + "]");
        }
        WordNetGlosses.Draw draw =
                WordNetGlosses.resolve(cache, progress)
                        .only(run.data().classes())
                        .draw(sizes, run.seed());
        DirichletPartition partition =
                new DirichletPartition(world.clients(), world.partition().dirichlet(), LEAST_ROWS);
        List<TextRow> test =
                switch (scored) {
                    case TEST -> draw.publicTest();
                    case VALIDATION -> draw.validation();
                };
        return new Shards(
                run,
                draw.publicSample(),
                test,
                partition.deal(draw.clients(), row -> row.label().orElseThrow(), run.seed()));
    }

    /** Writes each client's files into a folder of its name below {@code folder}. */
    public SortedMap<NodeId, OwnerFiles> write(Path folder) {
        SortedMap<NodeId, OwnerFiles> files = new TreeMap<>();
        for (int i = 0; i < parts.size(); i++) {
            NodeId node = new NodeId("client-" + (i + 1));
            Path own = created(folder.resolve(node.value()));
            Map<String, Path> sets = new TreeMap<>();
            put(run.data().set(), parts.get(i), own, sets);
            if (i == 0) {
                put(run.basis().sample(), sample, own, sets);
                run.evaluation().publicTest().ifPresent(set -> put(set, test, own, sets));
            }
            files.put(node, new OwnerFiles(sets));
        }
        return files;
    }

    private void put(String set, List<TextRow> rows, Path folder, Map<String, Path> sets) {
        Path file = folder.resolve(set + ".jsonl");
        new JsonlRows(run.data().text(), run.data().label()).write(file, rows);
        sets.put(set, file);
    }

    private static Path created(Path folder) {
        try {
            return Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot create a folder: folder=" + folder, e);
        }
    }
}
