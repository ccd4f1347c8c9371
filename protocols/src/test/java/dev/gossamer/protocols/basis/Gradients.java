package dev.gossamer.protocols.basis;

import dev.gossamer.protocols.adapter.Basis;
import dev.gossamer.protocols.algebra.Dense;
import dev.gossamer.protocols.algebra.Factored;
import dev.gossamer.protocols.algebra.Orthonormal;
import dev.gossamer.protocols.random.CounterRandom;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.NormOps_DDRM;

/** Gradients made for tests, and the plain algebra that results are held to. */
final class Gradients {
    private Gradients() {}

    static DMatrixRMaj normal(int rows, int columns, long seed) {
        CounterRandom coins = CounterRandom.of(seed, "test", rows, "");
        DMatrixRMaj matrix = new DMatrixRMaj(rows, columns);
        for (int i = 0; i < matrix.getNumElements(); i++) {
            matrix.data[i] = coins.nextGaussian();
        }
        return matrix;
    }

    /** {@code U diag(values) Vᵀ} with random orthonormal U and V. */
    static DMatrixRMaj withSpectrum(int out, int in, double[] values, long seed) {
        DMatrixRMaj left = Orthonormal.of(normal(out, values.length, seed)).columns();
        DMatrixRMaj right = Orthonormal.of(normal(in, values.length, seed + 1)).columns();
        CommonOps_DDRM.multCols(left, values);
        return new Factored(left, CommonOps_DDRM.transpose(right, null)).product();
    }

    static WeightGradient gradient(String target, DMatrixRMaj matrix) {
        return new WeightGradient(target, matrix.numRows, matrix.numCols, Dense.rounded(matrix));
    }

    static DMatrixRMaj matrix(WeightGradient gradient) {
        return Dense.widened(gradient.out(), gradient.in(), gradient.values());
    }

    static DMatrixRMaj a(Basis.Target target) {
        return Dense.widened(target.rank(), target.in(), target.a());
    }

    static DMatrixRMaj b(Basis.Target target) {
        return Dense.widened(target.out(), target.rank(), target.b());
    }

    /** {@code B R A}. */
    static DMatrixRMaj product(Basis.Target target, DMatrixRMaj core) {
        return new Factored(new Factored(b(target), core).product(), a(target)).product();
    }

    /** {@code B Bᵀ G Aᵀ A}. */
    static DMatrixRMaj projection(Basis.Target target, DMatrixRMaj gradient) {
        DMatrixRMaj left = new DMatrixRMaj(target.rank(), target.in());
        CommonOps_DDRM.multTransA(b(target), gradient, left);
        DMatrixRMaj core = new DMatrixRMaj(target.rank(), target.rank());
        CommonOps_DDRM.multTransB(left, a(target), core);
        return product(target, core);
    }

    static double distance(DMatrixRMaj one, DMatrixRMaj other) {
        DMatrixRMaj difference = new DMatrixRMaj(one);
        CommonOps_DDRM.subtractEquals(difference, other);
        return NormOps_DDRM.normF(difference);
    }

    /** How far the columns of B, or the rows of A, are from orthonormal. */
    static double departure(Basis.Target target) {
        DMatrixRMaj identity = CommonOps_DDRM.identity(target.rank());
        DMatrixRMaj ofB = new DMatrixRMaj(target.rank(), target.rank());
        CommonOps_DDRM.multTransA(b(target), b(target), ofB);
        DMatrixRMaj ofA = new DMatrixRMaj(target.rank(), target.rank());
        CommonOps_DDRM.multTransB(a(target), a(target), ofA);
        CommonOps_DDRM.subtractEquals(ofB, identity);
        CommonOps_DDRM.subtractEquals(ofA, identity);
        return Math.max(CommonOps_DDRM.elementMaxAbs(ofB), CommonOps_DDRM.elementMaxAbs(ofA));
    }
}
