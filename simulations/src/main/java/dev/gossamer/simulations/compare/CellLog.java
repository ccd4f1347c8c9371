package dev.gossamer.simulations.compare;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The cells that are done, one JSON object a line, in the order in which they were.
 *
 * <p>A line that a killed process did not finish is dropped, and its cell done again.
 */
final class CellLog {
    private final Path file;
    private final Map<String, CellResult> done = new HashMap<>();

    private CellLog(Path file) {
        this.file = file;
    }

    /**
     * The log in {@code file}, which need not exist.
     *
     * @throws UncheckedIOException naming the file, if it cannot be read or written
     * @throws IllegalArgumentException naming the line, if it is no log
     */
    static CellLog open(Path file) {
        CellLog log = new CellLog(file);
        try {
            if (Files.exists(file)) {
                log.readAll(Files.readString(file));
            }
        } catch (IOException e) {
            throw log.unusable(e);
        }
        return log;
    }

    private void readAll(String text) throws IOException {
        int whole = text.lastIndexOf('\n') + 1;
        int number = 0;
        for (String line : text.substring(0, whole).lines().toList()) {
            number++;
            try {
                CellResult result = CellResult.parse(line);
                done.put(result.key(), result);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        "log of another kind: path=" + file + ", line=" + number, e);
            }
        }
        if (whole < text.length()) {
            Files.writeString(file, text.substring(0, whole));
        }
    }

    /** The result of the cell called {@code key}, if it is done. */
    Optional<CellResult> find(String key) {
        return Optional.ofNullable(done.get(key));
    }

    /** Takes note of a cell that was done. */
    void add(CellResult result) {
        try {
            Files.writeString(
                    file,
                    result.toJson() + "\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw unusable(e);
        }
        done.put(result.key(), result);
    }

    private UncheckedIOException unusable(IOException e) {
        return new UncheckedIOException(
                "log cannot be used: path=" + file + ", cause=" + e.getClass().getSimpleName(), e);
    }
}
