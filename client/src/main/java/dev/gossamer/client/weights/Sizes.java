package dev.gossamer.client.weights;

import dev.gossamer.client.model.Matrix;

import java.lang.foreign.MemorySegment;
import java.util.Objects;

/** The arithmetic of matrices in memory, in 64 bits. */
final class Sizes {
    private Sizes() {}

    static void requireMatrix(MemorySegment values, int rows, int columns, int valueBytes) {
        if (rows < 0 || columns < 0 || values.byteSize() != (long) rows * columns * valueBytes) {
            throw new IllegalArgumentException(
                    "memory does not fit the matrix: bytes="
                            + values.byteSize()
                            + ", rows="
                            + rows
                            + ", columns="
                            + columns
                            + ", bytes of a value="
                            + valueBytes);
        }
    }

    /** The number of the value at a place from which {@code count} values of the row follow. */
    static long place(Matrix matrix, int row, int column, int count) {
        Objects.checkFromIndexSize(column, count, matrix.columns());
        return (long) Objects.checkIndex(row, matrix.rows()) * matrix.columns() + column;
    }

    static MemorySegment rowRange(
            MemorySegment values, int from, int count, int rows, int columns, int valueBytes) {
        Objects.checkFromIndexSize(from, count, rows);
        long rowBytes = (long) columns * valueBytes;
        return values.asSlice(from * rowBytes, count * rowBytes);
    }
}
