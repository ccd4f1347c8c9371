package dev.gossamer.protocols.algebra;

import org.ejml.data.DMatrixRMaj;

/** Row-major blocks of fp32 values as matrices in double precision, and back. */
public final class Dense {
    private Dense() {}

    /** The matrix of {@code values}, {@code [rows × columns]}. */
    public static DMatrixRMaj widened(int rows, int columns, float[] values) {
        double[] wide = new double[values.length];
        for (int i = 0; i < wide.length; i++) {
            wide[i] = values[i];
        }
        return DMatrixRMaj.wrap(rows, columns, wide);
    }

    /** The values of {@code matrix}, each rounded to the nearest. */
    public static float[] rounded(DMatrixRMaj matrix) {
        float[] values = new float[matrix.getNumElements()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) matrix.data[i];
        }
        return values;
    }
}
