package dev.gossamer.client.data;

import dev.gossamer.client.train.Task;

import java.util.ArrayList;
import java.util.List;

/**
 * All rows of a source in tokens.
 *
 * @param clients whose row each is, by the column that says so; empty where there is none
 * @param truncated how many were longer than the bound, and were cut
 */
public record EncodedRows(List<Example> rows, List<String> clients, int truncated) {
    /** Copies the lists. */
    public EncodedRows {
        rows = List.copyOf(rows);
        clients = List.copyOf(clients);
    }

    /**
     * Reads {@code source}.
     *
     * @throws DataException naming the file, the row, the column and what to do
     */
    public static EncodedRows read(
            DataSource source, Columns columns, Task task, RowEncoder encoder) {
        List<Example> rows = new ArrayList<>();
        List<String> clients = new ArrayList<>();
        int[] truncated = new int[1];
        source.forEach(
                columns,
                task,
                row -> {
                    RowEncoder.Encoded encoded = encoder.encode(row);
                    rows.add(encoded.example());
                    row.client().ifPresent(clients::add);
                    truncated[0] += encoded.truncated() ? 1 : 0;
                });
        return new EncodedRows(rows, clients, truncated[0]);
    }

    /** How many tokens all rows have. */
    public long tokens() {
        return rows.stream().mapToLong(Example::tokens).sum();
    }
}
