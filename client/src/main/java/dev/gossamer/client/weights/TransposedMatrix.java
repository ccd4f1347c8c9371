package dev.gossamer.client.weights;

import dev.gossamer.client.model.Matrix;

/**
 * The other way round of a stored matrix, without a copy: what a file keeps as {@code [in × out]}.
 *
 * @param stored row by row as in the file
 */
public record TransposedMatrix(DenseMatrix stored) implements Matrix {
    @Override
    public int rows() {
        return stored.columns();
    }

    @Override
    public int columns() {
        return stored.rows();
    }

    @Override
    public void readRow(int row, float[] into, int offset) {
        stored.readColumn(row, into, offset);
    }

    @Override
    public long bytes() {
        return stored.bytes();
    }
}
