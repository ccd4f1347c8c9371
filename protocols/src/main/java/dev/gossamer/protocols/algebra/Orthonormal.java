package dev.gossamer.protocols.algebra;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.MatrixFeatures_DDRM;
import org.ejml.dense.row.decomposition.qr.QRDecompositionHouseholderColumn_DDRM;

/**
 * A matrix as orthonormal columns times a triangle whose diagonal is not negative, by Householder's
 * reflections in double precision on one thread.
 *
 * <p>Where the columns are independent there is only one such pair. It is the same to the bit
 * wherever it is computed: Java's arithmetic leaves no freedom, and the order of the sums is fixed.
 *
 * @param columns {@code [rows × width]}
 * @param triangle {@code [width × width]}, zero below its diagonal
 */
public record Orthonormal(DMatrixRMaj columns, DMatrixRMaj triangle) {
    /**
     * Decomposes {@code matrix}. Dependent columns are no trouble: the columns found span theirs,
     * and some more.
     *
     * @param matrix at least as high as wide
     * @throws ArithmeticException if it holds no finite numbers
     */
    public static Orthonormal of(DMatrixRMaj matrix) {
        if (matrix.numRows < matrix.numCols) {
            throw new IllegalArgumentException(
                    "matrix is wider than high: rows="
                            + matrix.numRows
                            + ", columns="
                            + matrix.numCols);
        }
        QRDecompositionHouseholderColumn_DDRM qr = new QRDecompositionHouseholderColumn_DDRM();
        // What it returns is false for any column of zeros, which is no error here.
        qr.decompose(new DMatrixRMaj(matrix));
        DMatrixRMaj columns = qr.getQ(null, true);
        DMatrixRMaj triangle = qr.getR(null, true);
        if (MatrixFeatures_DDRM.hasUncountable(triangle)
                || MatrixFeatures_DDRM.hasUncountable(columns)) {
            throw new ArithmeticException("no QR: a matrix holds no finite numbers");
        }
        for (int i = 0; i < matrix.numCols; i++) {
            if (triangle.get(i, i) < 0) {
                CommonOps_DDRM.scaleCol(-1, columns, i);
                CommonOps_DDRM.scaleRow(-1, triangle, i);
            }
        }
        return new Orthonormal(columns, triangle);
    }

    /** How far the matrix is from orthonormal: the triangle's largest distance from identity. */
    public double departure() {
        double largest = 0;
        for (int i = 0; i < triangle.numRows; i++) {
            for (int j = i; j < triangle.numCols; j++) {
                largest = Math.max(largest, Math.abs(triangle.get(i, j) - (i == j ? 1 : 0)));
            }
        }
        return largest;
    }
}
