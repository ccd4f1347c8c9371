package dev.gossamer.protocols.basis;

import dev.gossamer.protocols.adapter.Basis;
import dev.gossamer.protocols.algebra.Dense;
import dev.gossamer.protocols.algebra.Orthonormal;
import dev.gossamer.protocols.method.Setting.Shape;
import dev.gossamer.protocols.random.CounterRandom;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

/**
 * Orthonormal factors that know nothing of data or weights: uniform over all such, since they are
 * the orthonormal part, signs fixed, of normal matrices.
 *
 * <p>A function of the run's seed, the target's name and its sides alone, the same bits anywhere.
 */
public final class RandomBasis {
    private RandomBasis() {}

    /** The factors of {@code target}, of {@code rank}. */
    public static Basis.Target of(Shape target, int rank, long seed) {
        int bound = Math.min(target.out(), target.in());
        if (rank < 1 || rank > bound) {
            throw new IllegalArgumentException(
                    "rank is larger than a side of the matrix: rank="
                            + rank
                            + ", target="
                            + target.name()
                            + ", bound="
                            + bound);
        }
        DMatrixRMaj a = columns(target.in(), rank, seed, "random basis A", target.name());
        DMatrixRMaj b = columns(target.out(), rank, seed, "random basis B", target.name());
        return new Basis.Target(
                target.name(),
                rank,
                target.in(),
                target.out(),
                Dense.rounded(CommonOps_DDRM.transpose(a, null)),
                Dense.rounded(b));
    }

    private static DMatrixRMaj columns(
            int side, int rank, long seed, String concern, String target) {
        CounterRandom random = CounterRandom.of(seed, concern, 0, target);
        DMatrixRMaj normal = new DMatrixRMaj(side, rank);
        for (int i = 0; i < normal.data.length; i++) {
            normal.data[i] = random.nextGaussian();
        }
        return Orthonormal.of(normal).columns();
    }
}
