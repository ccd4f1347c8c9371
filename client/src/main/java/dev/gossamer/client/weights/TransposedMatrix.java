package dev.gossamer.client.weights;

import dev.gossamer.client.model.Matrix;

/**
 * The other way round of a stored matrix, without a copy: what a file keeps as {@code [in × out]}.
 *
 * @param stored row by row as in the file
 */
public record TransposedMatrix(DenseMatrix stored) implements Matrix {
    /** Two lines of the processor's cache, of fp32 values. */
    private static final int BAND = 32;

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
        for (int i = 0; i < columns(); i++) {
            stored.readPart(i, row, 1, into, offset + i);
        }
    }

    /** Reads each line of memory once for all the rows that it has a part in. */
    @Override
    public void readRows(int from, int count, float[] into, int offset) {
        float[] part = new float[BAND];
        for (int first = 0; first < count; first += BAND) {
            int width = Math.min(BAND, count - first);
            for (int i = 0; i < columns(); i++) {
                stored.readPart(i, from + first, width, part, 0);
                for (int row = 0; row < width; row++) {
                    into[offset + (first + row) * columns() + i] = part[row];
                }
            }
        }
    }

    @Override
    public long bytes() {
        return stored.bytes();
    }
}
