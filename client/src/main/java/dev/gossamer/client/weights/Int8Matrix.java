package dev.gossamer.client.weights;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A matrix of bytes in memory, row by row, with a scale and a zero point for each column.
 *
 * <pre>
 * value[r][c] = scales[c] · (stored[r][c] − zeroPoints[c])
 * </pre>
 *
 * @param values one byte each
 * @param signed whether bytes are −128 to 127 rather than 0 to 255
 * @param scales {@code [columns]}; belongs to this object
 * @param zeroPoints {@code [columns]}; belongs to this object
 */
@SuppressWarnings("ArrayRecordComponent") // read only, never compared
public record Int8Matrix(
        MemorySegment values,
        int rows,
        int columns,
        boolean signed,
        float[] scales,
        int[] zeroPoints)
        implements DenseMatrix {
    /** Memory and scales of the right size. */
    public Int8Matrix {
        Sizes.requireMatrix(values, rows, columns, Byte.BYTES);
        if (scales.length != columns || zeroPoints.length != columns) {
            throw new IllegalArgumentException(
                    "scales do not fit: columns="
                            + columns
                            + ", scales="
                            + scales.length
                            + ", zero points="
                            + zeroPoints.length);
        }
    }

    /** What is stored at a place, before scale and zero point. */
    public int stored(int row, int column) {
        return stored((long) row * columns + column);
    }

    private int stored(long at) {
        byte bits = values.get(ValueLayout.JAVA_BYTE, at);
        return signed ? bits : Byte.toUnsignedInt(bits);
    }

    @Override
    public void readPart(int row, int column, int count, float[] into, int offset) {
        long at = Sizes.place(this, row, column, count);
        for (int i = 0; i < count; i++) {
            int c = column + i;
            into[offset + i] = scales[c] * (stored(at + i) - zeroPoints[c]);
        }
    }

    @Override
    public Int8Matrix rowRange(int from, int count) {
        return new Int8Matrix(
                Sizes.rowRange(values, from, count, rows, columns, Byte.BYTES),
                count,
                columns,
                signed,
                scales,
                zeroPoints);
    }

    @Override
    public long bytes() {
        return values.byteSize() + (long) columns * (Float.BYTES + Byte.BYTES);
    }
}
