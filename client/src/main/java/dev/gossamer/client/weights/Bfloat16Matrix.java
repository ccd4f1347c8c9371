package dev.gossamer.client.weights;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * A matrix of bfloat16 values in memory, row by row.
 *
 * @param values little-endian, at any alignment
 */
public record Bfloat16Matrix(MemorySegment values, int rows, int columns) implements DenseMatrix {
    private static final ValueLayout.OfShort LAYOUT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** Memory of the right size. */
    public Bfloat16Matrix {
        Sizes.requireMatrix(values, rows, columns, Short.BYTES);
    }

    @Override
    public void readPart(int row, int column, int count, float[] into, int offset) {
        long at = Sizes.place(this, row, column, count) * Short.BYTES;
        for (int i = 0; i < count; i++) {
            into[offset + i] = decode(values.get(LAYOUT, at + (long) i * Short.BYTES));
        }
    }

    @Override
    public Bfloat16Matrix rowRange(int from, int count) {
        return new Bfloat16Matrix(
                Sizes.rowRange(values, from, count, rows, columns, Short.BYTES), count, columns);
    }

    @Override
    public long bytes() {
        return values.byteSize();
    }

    static float decode(short bits) {
        return Float.intBitsToFloat(bits << Short.SIZE);
    }
}
