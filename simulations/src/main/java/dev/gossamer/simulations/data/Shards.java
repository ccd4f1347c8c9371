package dev.gossamer.simulations.data;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.gossamer.client.node.OwnerFiles;
import dev.gossamer.client.weights.ArtifactCache;
import dev.gossamer.client.weights.DownloadProgress;
import dev.gossamer.protocols.node.NodeId;
import dev.gossamer.protocols.run.Column;
import dev.gossamer.protocols.run.RunFile;
import dev.gossamer.protocols.run.World;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
    private static final JsonMapper JSON = new JsonMapper();
    private static final int LEAST_ROWS = 8;

    /** Which rows stand for the run's public test. */
    public enum Scored {
        /** Those that a result is reported on. */
        TEST,
        /** Those that learning rates are chosen by. */
        VALIDATION
    }

    /**
     * How many rows each part of {@code run}'s data gets.
     *
     * @throws IllegalArgumentException if the source is unknown, or has no rows of the run's task
     */
    public static Sizes sizes(RunFile run, World world) {
        return Source.of(run, world).sizes(run, world);
    }

    private final RunFile run;
    private final List<SourceRow> sample;
    private final List<SourceRow> test;
    private final List<List<SourceRow>> parts;

    private Shards(
            RunFile run,
            List<SourceRow> sample,
            List<SourceRow> test,
            List<List<SourceRow>> parts) {
        this.run = run;
        this.sample = sample;
        this.test = test;
        this.parts = parts;
    }

    /**
     * Deals the run's source over its clients.
     *
     * @throws IllegalArgumentException if the source is unknown, lacks a class of the run, or does
     *     not fall into as many parts as there are clients
     */
    public static Shards deal(
            RunFile run,
            World world,
            Sizes sizes,
            Scored scored,
            ArtifactCache cache,
            DownloadProgress progress) {
        Draw draw = Source.of(run, world).draw(run, sizes, cache, progress);
        List<SourceRow> test =
                switch (scored) {
                    case TEST -> draw.publicTest();
                    case VALIDATION -> draw.validation();
                };
        return new Shards(run, draw.publicSample(), test, parts(run, world, draw.clients()));
    }

    private static List<List<SourceRow>> parts(RunFile run, World world, List<SourceRow> rows) {
        return switch (world.partition()) {
            case World.Partition.Dirichlet drawn ->
                    new DirichletPartition(world.clients(), drawn.alpha(), LEAST_ROWS)
                            .deal(rows, row -> row.column(Column.LABEL).orElseThrow(), run.seed());
            case World.Partition.Natural natural -> byFact(rows, natural.column(), world.clients());
        };
    }

    private static List<List<SourceRow>> byFact(List<SourceRow> rows, String name, int clients) {
        SortedMap<String, List<SourceRow>> parts = new TreeMap<>();
        for (SourceRow row : rows) {
            parts.computeIfAbsent(row.fact(name), value -> new ArrayList<>()).add(row);
        }
        if (parts.size() != clients) {
            throw new IllegalArgumentException(
                    "a natural partition has one client for each value: key=simulate.clients,"
                            + " value="
                            + clients
                            + ", column="
                            + name
                            + ", values="
                            + parts.keySet());
        }
        return List.copyOf(parts.values());
    }

    /** Writes each client's files into a folder of its name below {@code folder}. */
    public SortedMap<NodeId, OwnerFiles> write(Path folder) {
        SortedMap<NodeId, OwnerFiles> files = new TreeMap<>();
        for (int i = 0; i < parts.size(); i++) {
            int index = i;
            NodeId node = new NodeId("client-" + (i + 1));
            Path own = created(folder.resolve(node.value()));
            Map<String, Path> sets = new TreeMap<>();
            put(run.data().set(), parts.get(i), own, sets);
            if (i == 0) {
                put(run.basis().sample(), sample, own, sets);
                run.evaluation().publicTest().ifPresent(set -> put(set, test, own, sets));
            }
            files.put(
                    node,
                    new OwnerFiles(sets, run.simulate().map(world -> world.rank(index)).orElse(0)));
        }
        return files;
    }

    private void put(String set, List<SourceRow> rows, Path folder, Map<String, Path> sets) {
        Path file = folder.resolve(set + ".jsonl");
        try {
            Files.write(file, rows.stream().map(this::line).toList());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write rows: file=" + file, e);
        }
        sets.put(set, file);
    }

    /** The row with the columns that the run's task reads, under the names that the run gives. */
    private String line(SourceRow row) {
        ObjectNode line = JSON.createObjectNode();
        run.data()
                .columns()
                .forEach((column, name) -> row.column(column).ifPresent(v -> line.put(name, v)));
        return line.toString();
    }

    private static Path created(Path folder) {
        try {
            return Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot create a folder: folder=" + folder, e);
        }
    }
}
