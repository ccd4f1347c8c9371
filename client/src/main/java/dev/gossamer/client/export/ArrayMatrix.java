package dev.gossamer.client.export;

import dev.gossamer.client.model.Matrix;

/**
 * A matrix in memory.
 *
 * @param values row-major; belongs to this object
 */
@SuppressWarnings("ArrayRecordComponent") // read once, never compared
record ArrayMatrix(int rows, int columns, float[] values) implements Matrix {
    ArrayMatrix {
        if (values.length != Math.multiplyExact(rows, columns)) {
            throw new IllegalArgumentException(
                    "values do not fit: rows="
                            + rows
                            + ", columns="
                            + columns
                            + ", values="
                            + values.length);
        }
    }

    /** All values of {@code matrix}, row-major. */
    static float[] valuesOf(Matrix matrix) {
        float[] values = new float[Math.multiplyExact(matrix.rows(), matrix.columns())];
        for (int row = 0; row < matrix.rows(); row++) {
            matrix.readRow(row, values, row * matrix.columns());
        }
        return values;
    }

    @Override
    public void readRow(int row, float[] into, int offset) {
        System.arraycopy(values, row * columns, into, offset, columns);
    }

    @Override
    public long bytes() {
        return (long) values.length * Float.BYTES;
    }
}
