package dev.gossamer.client.command;

import dev.gossamer.client.adapter.TrainedAdapter;
import dev.gossamer.client.export.AdapterFolder;
import dev.gossamer.client.train.Checkpoint;
import dev.gossamer.client.train.CheckpointFile;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a training leaves: while it goes on, {@code start/} (what it began with) and {@code
 * checkpoint}; at its end the adapter and {@code training.json} in their place.
 */
record OutFolder(Path folder) {
    private static final String REPORT = "training.json";

    Path checkpoint() {
        return folder.resolve("checkpoint");
    }

    private Path start() {
        return folder.resolve("start");
    }

    /**
     * Refuses to begin over anything that stands, or to go on from nothing.
     *
     * @throws IllegalArgumentException saying what to do instead
     */
    void require(boolean resume) {
        boolean begun = Files.exists(checkpoint());
        if (resume && !begun) {
            throw new IllegalArgumentException(
                    "nothing to resume: there is no checkpoint in --out=" + folder);
        }
        if (!resume && (begun || AdapterFolder.isOne(folder) || !isFree())) {
            throw new IllegalArgumentException(
                    "there is something already: --out="
                            + folder
                            + (begun
                                    ? "; go on with --resume, or name another"
                                    : "; name another"));
        }
    }

    /** A run that ended before its first checkpoint leaves its start alone. */
    private boolean isFree() {
        if (!Files.exists(folder)) {
            return true;
        }
        if (!Files.isDirectory(folder)) {
            return false;
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.allMatch(file -> file.equals(start()));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list: --out=" + folder, e);
        }
    }

    /** Keeps what the training begins with. */
    void writeStart(TrainedAdapter begun) {
        try {
            deleteStart();
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write: --out=" + folder, e);
        }
        AdapterFolder.write(start(), begun);
    }

    TrainedAdapter readStart() {
        return AdapterFolder.read(start());
    }

    void write(Checkpoint checkpoint) {
        CheckpointFile.write(checkpoint(), checkpoint);
    }

    /** Keeps the result, and removes what was there to go on from. */
    void finish(TrainedAdapter trained, String report) {
        AdapterFolder.write(folder, trained);
        try {
            Path part = folder.resolve(REPORT + ".part");
            Files.writeString(part, report);
            Files.move(part, folder.resolve(REPORT), StandardCopyOption.ATOMIC_MOVE);
            Files.deleteIfExists(checkpoint());
            deleteStart();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write: --out=" + folder, e);
        }
    }

    private void deleteStart() throws IOException {
        if (Files.isDirectory(start())) {
            List<Path> files;
            try (Stream<Path> all = Files.list(start())) {
                files = all.toList();
            }
            for (Path file : files) {
                Files.delete(file);
            }
            Files.delete(start());
        }
    }
}
