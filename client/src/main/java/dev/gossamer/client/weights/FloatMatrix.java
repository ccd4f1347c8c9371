package dev.gossamer.client.weights;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * A matrix of 32-bit floats in memory, row by row.
 *
 * @param values little-endian, at any alignment
 */
public record FloatMatrix(MemorySegment values, int rows, int columns) implements DenseMatrix {
    private static final ValueLayout.OfFloat LAYOUT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** Memory of the right size. */
    public FloatMatrix {
        Sizes.requireMatrix(values, rows, columns, Float.BYTES);
    }

    /** The matrix with these values, row by row; they are not copied. */
    public static FloatMatrix of(float[] values, int rows, int columns) {
        if (ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
            throw new UnsupportedOperationException("arrays are little-endian memory only");
        }
        return new FloatMatrix(MemorySegment.ofArray(values), rows, columns);
    }

    @Override
    public void readPart(int row, int column, int count, float[] into, int offset) {
        long at = Sizes.place(this, row, column, count) * Float.BYTES;
        MemorySegment.copy(values, LAYOUT, at, into, offset, count);
    }

    @Override
    public FloatMatrix rowRange(int from, int count) {
        return new FloatMatrix(
                Sizes.rowRange(values, from, count, rows, columns, Float.BYTES), count, columns);
    }

    @Override
    public long bytes() {
        return values.byteSize();
    }
}
