package dev.gossamer.client.tensor;

import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;

/**
 * A frozen matrix {@code [rows × columns]} as it is kept, decoded some rows at a time.
 *
 * <p>Immutable; any thread may read.
 */
final class FrozenRows {
    private final RowFormat format;
    private final int rows;
    private final int columns;
    private final IntToLongFunction addresses;
    private final long bytes;
    private final boolean plain;

    /** Keeps the memory behind the addresses. */
    @SuppressWarnings("UnusedVariable") // is there to be reachable
    private final Object owner;

    /**
     * Rows of {@code format}.
     *
     * @param addresses where each row lies
     * @param owner keeps that memory as long as it is reachable
     * @param bytes that all rows take
     */
    FrozenRows(
            RowFormat format,
            int rows,
            int columns,
            IntToLongFunction addresses,
            Object owner,
            long bytes) {
        this.format = format;
        this.rows = rows;
        this.columns = columns;
        this.addresses = addresses;
        this.owner = owner;
        this.bytes = bytes;
        plain = format.isFloats() && IntStream.range(1, rows).allMatch(this::followsTheRowBefore);
    }

    private boolean followsTheRowBefore(int row) {
        return addresses.applyAsLong(row)
                == addresses.applyAsLong(row - 1) + Float.BYTES * (long) columns;
    }

    int rows() {
        return rows;
    }

    int columns() {
        return columns;
    }

    long bytes() {
        return bytes;
    }

    /** Whether the rows are fp32 as they lie, one after the other. */
    boolean isPlain() {
        return plain;
    }

    /** Where a row lies. */
    long address(int row) {
        return addresses.applyAsLong(row);
    }

    /**
     * Writes {@code count} rows from {@code from} on as fp32.
     *
     * @param stride floats from one row of {@code to} to the next
     */
    void decode(int from, int count, long to, int stride) {
        for (int i = 0; i < count; i++) {
            format.decode(addresses.applyAsLong(from + i), to + 4L * i * stride, columns);
        }
    }

    /**
     * Writes the products of {@code count} rows from {@code from} on with {@code x} to {@code y}.
     */
    void multiply(int from, int count, long x, long y) {
        for (int i = 0; i < count; i++) {
            Tensor.poke(y + 4L * i, format.dot(addresses.applyAsLong(from + i), x, columns));
        }
    }
}
