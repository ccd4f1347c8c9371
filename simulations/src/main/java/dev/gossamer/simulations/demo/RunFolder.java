package dev.gossamer.simulations.demo;

import dev.gossamer.protocols.adapter.AdapterCodec;
import dev.gossamer.protocols.adapter.AdapterState;
import dev.gossamer.protocols.run.RunFile;
import dev.gossamer.protocols.run.RunFileWriter;
import dev.gossamer.simulations.experiment.Completion;
import dev.gossamer.simulations.experiment.RoundRecord;
import dev.gossamer.simulations.experiment.RunOutcome;
import dev.gossamer.simulations.experiment.RunReport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The folder that one run leaves behind; never one that was there before. */
public record RunFolder(Path path) {
    private static final int MOST_RUNS_OF_A_NAME = 10_000;

    /**
     * A fresh folder in {@code parent}: the name, or the name with the next free number.
     *
     * @throws UncheckedIOException naming the folder, if it cannot be made
     */
    public static RunFolder fresh(Path parent, String name) {
        try {
            Files.createDirectories(parent);
            for (int i = 1; i < MOST_RUNS_OF_A_NAME; i++) {
                Path path = parent.resolve(i == 1 ? name : name + "-" + i);
                if (created(path)) {
                    return new RunFolder(path);
                }
            }
        } catch (IOException e) {
            throw unwritable(parent, e);
        }
        throw new IllegalStateException(
                "too many runs of one name: folder=" + parent.resolve(name) + "; delete old ones");
    }

    private static boolean created(Path path) throws IOException {
        try {
            Files.createDirectory(path);
            return true;
        } catch (FileAlreadyExistsException taken) {
            return false;
        }
    }

    private static UncheckedIOException unwritable(Path path, IOException e) {
        return new UncheckedIOException(
                "cannot write: path="
                        + path
                        + ", cause="
                        + e.getClass().getSimpleName()
                        + "; choose another folder with --out",
                e);
    }

    /** Writes the run file with every default. */
    void writeRunFile(RunFile run) {
        write("run.yaml", RunFileWriter.write(run).getBytes(StandardCharsets.UTF_8));
    }

    /** Adds a round's line to {@code metrics.jsonl}. */
    void addMetrics(RoundRecord round) {
        Path file = path.resolve("metrics.jsonl");
        try {
            Files.writeString(
                    file,
                    round.toJson() + "\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw unwritable(file, e);
        }
    }

    /** Writes the adapter as an artifact file. */
    void writeAdapter(AdapterState adapter) {
        write("adapter.gsma", AdapterCodec.encode(adapter));
    }

    /** Writes what the model says to prompts, one JSON object a line. */
    void writeCompletions(List<Completion> completions) {
        String lines =
                completions.stream().map(Completion::toJson).collect(Collectors.joining("\n"));
        write("completions.jsonl", (lines + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /** Draws the report. */
    void writeReport(RunOutcome outcome) {
        Path file = path.resolve("report.html");
        try {
            new RunReport(outcome).write(file);
        } catch (IOException e) {
            throw unwritable(file, e);
        }
    }

    /** Removes the folder and all in it, if it is there. */
    public void discard() {
        if (!Files.exists(path)) {
            return;
        }
        try (Stream<Path> entries = Files.walk(path)) {
            for (Path entry : entries.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(entry);
            }
        } catch (IOException e) {
            throw unwritable(path, e);
        }
    }

    private void write(String name, byte[] content) {
        Path file = path.resolve(name);
        Path part = path.resolve(name + ".part");
        try {
            Files.write(part, content);
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw unwritable(file, e);
        }
    }
}
