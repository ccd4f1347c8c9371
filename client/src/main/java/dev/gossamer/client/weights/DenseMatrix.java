package dev.gossamer.client.weights;

import dev.gossamer.client.model.Matrix;

/** A matrix whose values stand one by one in memory, so that parts of rows can be read. */
public sealed interface DenseMatrix extends Matrix
        permits FloatMatrix, HalfMatrix, Bfloat16Matrix, Int8Matrix {
    /** Writes {@code count} values of row {@code row} from {@code column} on, decoded to fp32. */
    void readPart(int row, int column, int count, float[] into, int offset);

    /** Rows {@code from} to {@code from + count}, a view of the same memory. */
    DenseMatrix rowRange(int from, int count);

    @Override
    default void readRow(int row, float[] into, int offset) {
        readPart(row, 0, columns(), into, offset);
    }
}
