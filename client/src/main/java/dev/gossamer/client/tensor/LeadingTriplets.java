package dev.gossamer.client.tensor;

import dev.gossamer.protocols.random.CounterRandom;

import org.bytedeco.openblas.global.openblas;

import java.util.Arrays;
import java.util.Optional;

/**
 * The leading singular triplets of a matrix when few are wanted, in double precision on one thread.
 *
 * <p>Up to a side of 1,024 the eigenvectors of the Gram matrix of the shorter side are taken, which
 * is exact and, at 3072 × 768 and rank 16, five times faster than a full decomposition. Above,
 * where that grows as the third power, subspace iteration from a fixed random start: as many power
 * iterations as the authors of LoRA-SB use, and more vectors. Where the wanted values are too far
 * apart for the Gram matrix, which squares them, or too many, the full decomposition is taken.
 */
public final class LeadingTriplets {
    /** Half a second for the eigenvectors. */
    private static final int EXACT_SIDE = 1024;

    /** The ratio of singular values whose square leaves half of a double's digits. */
    private static final double SMALLEST_RATIO = 1e-4;

    private static final int POWER_ITERATIONS = 10;
    private static final int OVERSAMPLING = 16;
    private static final int ROW_MAJOR = openblas.LAPACK_ROW_MAJOR;

    private final double[] matrix;
    private final int rows;
    private final int columns;

    private LeadingTriplets(double[] matrix, int rows, int columns) {
        this.matrix = matrix;
        this.rows = rows;
        this.columns = columns;
    }

    /**
     * Decomposes {@code matrix}, which may be overwritten.
     *
     * @param matrix {@code [rows × columns]}, finite
     * @param rank 1 to the shorter side
     */
    public static TruncatedSvd ofInPlace(float[] matrix, int rows, int columns, int rank) {
        return ofInPlace(matrix, rows, columns, rank, EXACT_SIDE);
    }

    /** The same with another bound for the exact way. */
    static TruncatedSvd ofInPlace(float[] matrix, int rows, int columns, int rank, int exactSide) {
        int side = Math.min(rows, columns);
        if (rank > side / 4) {
            return TruncatedSvd.ofInPlace(matrix, rows, columns, rank);
        }
        openblas.blas_set_num_threads(1);
        LeadingTriplets triplets = new LeadingTriplets(doubles(matrix), rows, columns);
        double[] shorter =
                side <= exactSide ? triplets.gramEigenvectors(rank) : triplets.subspace(rank);
        return triplets.factored(shorter, rank)
                .orElseGet(() -> TruncatedSvd.ofInPlace(matrix, rows, columns, rank));
    }

    /**
     * The leading eigenvectors of a symmetric matrix with no negative eigenvalue.
     *
     * @param matrix {@code [side × side]}
     * @return {@code [rank × side]}, orthonormal rows, the largest eigenvalue's first
     */
    public static float[] eigenvectors(float[] matrix, int side, int rank) {
        openblas.blas_set_num_threads(1);
        double[] found = leadingEigenvectors(doubles(matrix), side, rank);
        float[] rows = new float[rank * side];
        for (int i = 0; i < rank; i++) {
            for (int j = 0; j < side; j++) {
                rows[i * side + j] = (float) found[j * rank + i];
            }
        }
        return rows;
    }

    private static double[] doubles(float[] values) {
        double[] doubles = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            doubles[i] = values[i];
        }
        return doubles;
    }

    private boolean tall() {
        return rows >= columns;
    }

    private int side() {
        return Math.min(rows, columns);
    }

    /** {@code [side × rank]}. */
    private double[] gramEigenvectors(int rank) {
        double[] gram = new double[side() * side()];
        openblas.cblas_dsyrk(
                openblas.CblasRowMajor,
                openblas.CblasUpper,
                tall() ? openblas.CblasTrans : openblas.CblasNoTrans,
                side(),
                Math.max(rows, columns),
                1,
                matrix,
                columns,
                0,
                gram,
                side());
        return leadingEigenvectors(gram, side(), rank);
    }

    /** From the upper triangle of {@code gram}: {@code [side × rank]}, the largest first. */
    private static double[] leadingEigenvectors(double[] gram, int side, int rank) {
        double[] values = new double[side];
        double[] vectors = new double[side * rank];
        int info =
                openblas.LAPACKE_dsyevr(
                        ROW_MAJOR,
                        (byte) 'V',
                        (byte) 'I',
                        (byte) 'U',
                        side,
                        gram,
                        side,
                        0,
                        0,
                        side - rank + 1,
                        side,
                        0,
                        new int[1],
                        values,
                        vectors,
                        rank,
                        new int[2 * side]);
        requireSuccess("eigenvectors", info, side);
        for (int row = 0; row < side; row++) {
            for (int i = 0; i < rank / 2; i++) {
                int left = row * rank + i;
                int right = row * rank + rank - 1 - i;
                double swapped = vectors[left];
                vectors[left] = vectors[right];
                vectors[right] = swapped;
            }
        }
        return vectors;
    }

    /** {@code [side × rank]}: the leading ones of the subspace that the iteration ends in. */
    private double[] subspace(int rank) {
        int width = rank + OVERSAMPLING;
        CounterRandom random = CounterRandom.of(0, "subspace iteration", side(), "");
        double[] basis = new double[side() * width];
        Arrays.setAll(basis, i -> random.nextGaussian());
        for (int i = 0; i < POWER_ITERATIONS; i++) {
            orthonormalInPlace(basis, side(), width);
            basis = times(times(basis, width, !tall()), width, tall());
        }
        orthonormalInPlace(basis, side(), width);
        double[] image = times(basis, width, !tall());
        int longer = Math.max(rows, columns);
        double[] core = new double[width * width];
        multiply(true, image, false, image, core, width, width, longer, width, width);
        double[] rotation = leadingEigenvectors(core, width, rank);
        double[] rotated = new double[side() * rank];
        multiply(false, basis, false, rotation, rotated, side(), rank, width, width, rank);
        return rotated;
    }

    /** The matrix, or its transpose, by {@code right}, which has {@code width} columns. */
    private double[] times(double[] right, int width, boolean transposed) {
        int out = transposed ? columns : rows;
        int inner = transposed ? rows : columns;
        double[] product = new double[out * width];
        multiply(transposed, matrix, false, right, product, out, width, inner, columns, width);
        return product;
    }

    private static void multiply(
            boolean leftTransposed,
            double[] left,
            boolean rightTransposed,
            double[] right,
            double[] into,
            int m,
            int n,
            int k,
            int leftWidth,
            int rightWidth) {
        openblas.cblas_dgemm(
                openblas.CblasRowMajor,
                leftTransposed ? openblas.CblasTrans : openblas.CblasNoTrans,
                rightTransposed ? openblas.CblasTrans : openblas.CblasNoTrans,
                m,
                n,
                k,
                1,
                left,
                leftWidth,
                right,
                rightWidth,
                0,
                into,
                n);
    }

    private static void orthonormalInPlace(double[] basis, int rows, int columns) {
        double[] tau = new double[columns];
        requireSuccess(
                "QR", openblas.LAPACKE_dgeqrf(ROW_MAJOR, rows, columns, basis, columns, tau), rows);
        requireSuccess(
                "QR",
                openblas.LAPACKE_dorgqr(ROW_MAJOR, rows, columns, columns, basis, columns, tau),
                rows);
    }

    private static void requireSuccess(String what, int info, int side) {
        if (info != 0) {
            throw new IllegalStateException(
                    "decomposition failed: step=" + what + ", info=" + info + ", side=" + side);
        }
    }

    /** The other side's vectors and the values, unless these are too far apart. */
    private Optional<TruncatedSvd> factored(double[] shorter, int rank) {
        double[] longer = times(shorter, rank, !tall());
        double[] values = new double[rank];
        for (int i = 0; i < longer.length; i++) {
            values[i % rank] += longer[i] * longer[i];
        }
        double discarded = 0;
        for (double value : matrix) {
            discarded += value * value;
        }
        for (int i = 0; i < rank; i++) {
            discarded -= values[i];
            values[i] = Math.sqrt(values[i]);
        }
        if (!(values[rank - 1] > SMALLEST_RATIO * values[0])) {
            return Optional.empty();
        }
        for (int i = 0; i < longer.length; i++) {
            longer[i] /= values[i % rank];
        }
        return Optional.of(
                new TruncatedSvd(
                        floats(tall() ? longer : shorter),
                        floats(values),
                        transposed(tall() ? shorter : longer, rank),
                        Math.max(0, discarded)));
    }

    private static float[] floats(double[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }

    private static float[] transposed(double[] values, int rank) {
        int side = values.length / rank;
        float[] transposed = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            transposed[i % rank * side + i / rank] = (float) values[i];
        }
        return transposed;
    }
}
