package dev.gossamer.protocols.algebra;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.MatrixFeatures_DDRM;
import org.ejml.dense.row.NormOps_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.QRDecomposition;
import org.ejml.interfaces.decomposition.SingularValueDecomposition_F64;

import java.util.List;
import java.util.stream.IntStream;

/**
 * A matrix {@code [rows × columns]} as the product of two thin ones.
 *
 * <p>What a server computes with sums of low-rank products never needs the product itself: with
 * {@code left = Q₁ T₁} and {@code rightᵀ = Q₂ T₂}, norm and singular values are those of the core
 * {@code T₁ T₂ᵀ}, whose sides are at most the inner one. Matrices are only read.
 *
 * @param left {@code [rows × inner]}
 * @param right {@code [inner × columns]}
 */
public record Factored(DMatrixRMaj left, DMatrixRMaj right) {
    /** Factors that can be multiplied. */
    public Factored {
        if (left.numCols != right.numRows) {
            throw new IllegalArgumentException(
                    "factors do not fit: left=" + left.numCols + ", right=" + right.numRows);
        }
    }

    /** The sum of {@code parts}, side by side and one below the other; at least one. */
    public static Factored stacked(List<Factored> parts) {
        int rows = parts.getFirst().rows();
        int columns = parts.getFirst().columns();
        int inner = parts.stream().mapToInt(Factored::inner).sum();
        DMatrixRMaj left = new DMatrixRMaj(rows, inner);
        DMatrixRMaj right = new DMatrixRMaj(inner, columns);
        int at = 0;
        for (Factored part : parts) {
            CommonOps_DDRM.insert(part.left, left, 0, at);
            CommonOps_DDRM.insert(part.right, right, at, 0);
            at += part.inner();
        }
        return new Factored(left, right);
    }

    /** The height of the product. */
    public int rows() {
        return left.numRows;
    }

    /** The width of the product. */
    public int columns() {
        return right.numCols;
    }

    /** The width of the left factor, the most that the rank can be. */
    public int inner() {
        return left.numCols;
    }

    /** This matrix times {@code scale}: one factor is scaled, since both would square it. */
    public Factored times(double scale) {
        DMatrixRMaj scaled = new DMatrixRMaj(left);
        CommonOps_DDRM.scale(scale, scaled);
        return new Factored(scaled, right);
    }

    /** The product itself. */
    public DMatrixRMaj product() {
        DMatrixRMaj product = new DMatrixRMaj(rows(), columns());
        CommonOps_DDRM.mult(left, right, product);
        return product;
    }

    /** The Frobenius norm. */
    public double norm() {
        return NormOps_DDRM.normF(core(triangle(left), triangle(transposed(right))));
    }

    /** The {@code count} leading singular triplets, fewer where a side or the inner one is less. */
    public Triplets leading(int count) {
        QRDecomposition<DMatrixRMaj> outer = qr(left);
        QRDecomposition<DMatrixRMaj> inner = qr(transposed(right));
        DMatrixRMaj core = core(outer.getR(null, true), inner.getR(null, true));
        SingularValueDecomposition_F64<DMatrixRMaj> svd =
                DecompositionFactory_DDRM.svd(core.numRows, core.numCols, true, true, true);
        if (!svd.decompose(core)) {
            throw new ArithmeticException("no singular values: a matrix holds no finite numbers");
        }
        double[] values = svd.getSingularValues();
        int[] order =
                IntStream.range(0, svd.numberOfSingularValues())
                        .boxed()
                        .sorted((i, j) -> Double.compare(values[j], values[i]))
                        .limit(count)
                        .mapToInt(Integer::intValue)
                        .toArray();
        return new Triplets(
                columns(outer.getQ(null, true), svd.getU(null, false), order),
                IntStream.of(order).mapToDouble(i -> values[i]).toArray(),
                columns(inner.getQ(null, true), svd.getV(null, false), order));
    }

    /** The chosen columns of a product of two matrices. */
    private static DMatrixRMaj columns(DMatrixRMaj basis, DMatrixRMaj within, int[] order) {
        DMatrixRMaj chosen = new DMatrixRMaj(within.numRows, order.length);
        for (int j = 0; j < order.length; j++) {
            CommonOps_DDRM.extract(within, 0, within.numRows, order[j], order[j] + 1, chosen, 0, j);
        }
        DMatrixRMaj product = new DMatrixRMaj(basis.numRows, order.length);
        CommonOps_DDRM.mult(basis, chosen, product);
        return product;
    }

    private static DMatrixRMaj transposed(DMatrixRMaj matrix) {
        return CommonOps_DDRM.transpose(matrix, null);
    }

    private static QRDecomposition<DMatrixRMaj> qr(DMatrixRMaj matrix) {
        QRDecomposition<DMatrixRMaj> qr =
                DecompositionFactory_DDRM.qr(matrix.numRows, matrix.numCols);
        // What it returns is false for any column of zeros, as in every B before the first round.
        qr.decompose(new DMatrixRMaj(matrix));
        if (MatrixFeatures_DDRM.hasUncountable(qr.getR(null, true))) {
            throw new ArithmeticException("no QR: a matrix holds no finite numbers");
        }
        return qr;
    }

    private static DMatrixRMaj triangle(DMatrixRMaj matrix) {
        return qr(matrix).getR(null, true);
    }

    private static DMatrixRMaj core(DMatrixRMaj outer, DMatrixRMaj inner) {
        DMatrixRMaj core = new DMatrixRMaj(outer.numRows, inner.numRows);
        CommonOps_DDRM.multTransB(outer, inner, core);
        return core;
    }
}
