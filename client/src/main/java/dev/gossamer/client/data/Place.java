package dev.gossamer.client.data;

import java.nio.file.Path;

/**
 * Where a row stands.
 *
 * @param row the line that it begins on, counted from 1, blank lines and a header too, as an editor
 *     counts
 */
public record Place(Path file, int row) {
    /** A fault of the row: what is wrong and what to do. */
    public DataException fault(String what) {
        return DataException.ofRow(file, row, what);
    }
}
