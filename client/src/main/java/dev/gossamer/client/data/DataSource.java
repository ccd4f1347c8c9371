package dev.gossamer.client.data;

import dev.gossamer.client.train.Task;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * An owner's rows: one file, or all files of a folder in the order of their names.
 *
 * <p>JSON Lines ({@code .jsonl}, {@code .ndjson}, {@code .json}), CSV ({@code .csv}) and TSV
 * ({@code .tsv}). Rows stream: no more than one is held at a time.
 */
public record DataSource(List<Path> files) {
    private static final List<String> JSON_LINES = List.of("jsonl", "ndjson", "json");

    /** More rows do not fit in memory once they are tokenised. */
    private static final int MAX_ROWS = 10_000_000;

    /** Copies the list. */
    public DataSource {
        files = List.copyOf(files);
    }

    /**
     * The rows at {@code path}, a file or a folder.
     *
     * @throws DataException if there is none, or it is of another kind
     */
    public static DataSource of(Path path) {
        if (!Files.isDirectory(path)) {
            if (!Files.isReadable(path)) {
                throw DataException.ofFile(path, "it is not there or not readable", null);
            }
            if (!isKnown(path)) {
                throw DataException.ofFile(
                        path, "unknown kind; name it .jsonl, .csv or .tsv by what it holds", null);
            }
            return new DataSource(List.of(path));
        }
        try (Stream<Path> all = Files.list(path)) {
            List<Path> files =
                    all.filter(file -> Files.isRegularFile(file) && isKnown(file))
                            .sorted()
                            .toList();
            if (files.isEmpty()) {
                throw DataException.ofFile(
                        path, "the folder holds no .jsonl, .csv or .tsv file", null);
            }
            return new DataSource(files);
        } catch (IOException e) {
            throw DataException.ofFile(path, "cannot list the folder (" + e + ")", e);
        }
    }

    private static boolean isKnown(Path file) {
        String extension = extension(file);
        return JSON_LINES.contains(extension) || separator(extension).isPresent();
    }

    private static String extension(Path file) {
        String name = String.valueOf(file.getFileName());
        return name.startsWith(".")
                ? ""
                : name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    }

    private static Optional<Character> separator(String extension) {
        return switch (extension) {
            case "csv" -> Optional.of(',');
            case "tsv", "tab" -> Optional.of('\t');
            default -> Optional.empty();
        };
    }

    /**
     * Hands every row to {@code sink}, in order.
     *
     * @throws DataException naming the file, the row, the column and what to do, at the first row
     *     that {@code task} cannot use, and where there is no row at all
     */
    public void forEach(Columns columns, Task task, Consumer<DataRow> sink) {
        RowForm form = new RowForm(columns, task);
        int rows = 0;
        for (Path file : files) {
            try (RecordReader reader = open(file)) {
                Optional<RecordReader.Entry> entry = reader.next();
                while (entry.isPresent()) {
                    if (++rows > MAX_ROWS) {
                        throw entry.get()
                                .place()
                                .fault("too many rows: bound=" + MAX_ROWS + "; split the file");
                    }
                    sink.accept(form.row(entry.get()));
                    entry = reader.next();
                }
            } catch (IOException e) {
                throw DataException.ofFile(file, "cannot read it (" + e + ")", e);
            }
        }
        if (rows == 0) {
            throw DataException.ofFile(files.getFirst(), "rows=0; write one row a line", null);
        }
    }

    private static RecordReader open(Path file) throws IOException {
        Optional<Character> separator = separator(extension(file));
        return separator.isPresent()
                ? new SeparatedRecords(file, separator.get())
                : new JsonlRecords(file);
    }
}
