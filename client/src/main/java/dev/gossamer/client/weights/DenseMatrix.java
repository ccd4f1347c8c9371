package dev.gossamer.client.weights;

import dev.gossamer.client.model.Matrix;

/**
 * A matrix whose values stand one by one in memory, so that columns can be read as well as rows.
 */
public sealed interface DenseMatrix extends Matrix
        permits FloatMatrix, HalfMatrix, Bfloat16Matrix, Int8Matrix {
    /** Writes column {@code column} to {@code into} from {@code offset} on, decoded to fp32. */
    void readColumn(int column, float[] into, int offset);

    /** Rows {@code from} to {@code from + count}, a view of the same memory. */
    DenseMatrix rowRange(int from, int count);
}
