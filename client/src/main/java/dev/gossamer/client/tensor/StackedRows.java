package dev.gossamer.client.tensor;

import java.util.List;

/** Frozen matrices of one input, one below the other. */
final class StackedRows {
    private final List<FrozenRows> parts;
    private final int rows;
    private final int columns;

    StackedRows(List<FrozenRows> parts) {
        this.parts = List.copyOf(parts);
        columns = parts.getFirst().columns();
        rows = parts.stream().mapToInt(FrozenRows::rows).sum();
    }

    int rows() {
        return rows;
    }

    int columns() {
        return columns;
    }

    long bytes() {
        return parts.stream().mapToLong(FrozenRows::bytes).sum();
    }

    /** Whether all is fp32 as it lies. */
    boolean isPlain() {
        return parts.size() == 1 && parts.getFirst().isPlain();
    }

    /** Where a row lies, where all is plain. */
    long address(int row) {
        return parts.getFirst().address(row);
    }

    /** Sees rows {@code from} up to {@code from + count} of a matrix, {@code row} of the stack. */
    private interface PartWork {
        void on(FrozenRows part, int from, int count, int row);
    }

    private void split(int from, int count, PartWork work) {
        int first = 0;
        for (FrozenRows part : parts) {
            int begin = Math.max(from, first);
            int end = Math.min(from + count, first + part.rows());
            if (begin < end) {
                work.on(part, begin - first, end - begin, begin);
            }
            first += part.rows();
        }
    }

    /** Writes {@code count} rows from {@code from} on as fp32, without gaps. */
    void decode(int from, int count, long to) {
        split(
                from,
                count,
                (part, begin, size, row) ->
                        part.decode(begin, size, to + 4L * (row - from) * columns, columns));
    }

    /**
     * Adds the outputs {@code from} up to {@code from + count} of a product of few rows.
     *
     * @param tails rows of the tail, {@code rows} floats each
     */
    void multiply(VectorProduct product, int from, int count, long tails, Workers workers) {
        split(
                from,
                count,
                (part, begin, size, row) ->
                        product.add(part, begin, size, row, tails + 4L * row, rows, workers));
    }
}
