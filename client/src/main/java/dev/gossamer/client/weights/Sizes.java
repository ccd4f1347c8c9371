package dev.gossamer.client.weights;

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

    static long rowStart(int row, int rows, int columns, int valueBytes) {
        return (long) Objects.checkIndex(row, rows) * columns * valueBytes;
    }

    static long columnStart(int column, int columns, int valueBytes) {
        return (long) Objects.checkIndex(column, columns) * valueBytes;
    }

    static MemorySegment rowRange(
            MemorySegment values, int from, int count, int rows, int columns, int valueBytes) {
        Objects.checkFromIndexSize(from, count, rows);
        long rowBytes = (long) columns * valueBytes;
        return values.asSlice(from * rowBytes, count * rowBytes);
    }
}
