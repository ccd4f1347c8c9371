package dev.gossamer.protocols.algebra;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

/**
 * Leading singular triplets, the largest value first.
 *
 * @param left {@code [rows × count]}, orthonormal columns
 * @param values {@code [count]}
 * @param right {@code [columns × count]}, orthonormal columns
 */
@SuppressWarnings("ArrayRecordComponent") // computed with, never compared
public record Triplets(DMatrixRMaj left, double[] values, DMatrixRMaj right) {
    /** How many there are. */
    public int count() {
        return values.length;
    }

    /**
     * The same triplets, the largest entry of each left vector positive: the sign of a pair is
     * free, and this one does not hang on how a library came to it.
     */
    public Triplets signed() {
        DMatrixRMaj outer = new DMatrixRMaj(left);
        DMatrixRMaj within = new DMatrixRMaj(right);
        for (int j = 0; j < count(); j++) {
            CommonOps_DDRM.scaleCol(sign(j), outer, j);
            CommonOps_DDRM.scaleCol(sign(j), within, j);
        }
        return new Triplets(outer, values, within);
    }

    /**
     * Factors of inner side {@code inner} whose product is {@code scale} times this matrix, the
     * square root of each value in either; what lies beyond the triplets is zero.
     *
     * <p>Signs are those of {@link #signed}.
     */
    public Factored balanced(int inner, double scale) {
        DMatrixRMaj outer = new DMatrixRMaj(left.numRows, inner);
        DMatrixRMaj within = new DMatrixRMaj(inner, right.numRows);
        for (int j = 0; j < Math.min(inner, count()); j++) {
            double root = Math.sqrt(values[j] * scale) * sign(j);
            for (int i = 0; i < left.numRows; i++) {
                outer.set(i, j, root * left.get(i, j));
            }
            for (int i = 0; i < right.numRows; i++) {
                within.set(j, i, root * right.get(i, j));
            }
        }
        return new Factored(outer, within);
    }

    private double sign(int column) {
        double largest = 0;
        for (int i = 0; i < left.numRows; i++) {
            double value = left.get(i, column);
            if (Math.abs(value) > Math.abs(largest)) {
                largest = value;
            }
        }
        return largest < 0 ? -1 : 1;
    }
}
