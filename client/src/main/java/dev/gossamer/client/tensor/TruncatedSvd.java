package dev.gossamer.client.tensor;

import org.bytedeco.openblas.global.openblas;

/**
 * The leading singular triplets of a matrix, by LAPACK's divide and conquer on one thread.
 *
 * @param left {@code [rows × rank]}, orthonormal columns
 * @param values descending
 * @param right {@code [rank × columns]}, orthonormal rows
 * @param discarded the sum of the squares of the other singular values
 */
@SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
public record TruncatedSvd(float[] left, float[] values, float[] right, double discarded) {
    /**
     * Decomposes {@code matrix}, which is overwritten.
     *
     * @param matrix {@code [rows × columns]}, finite
     * @param rank 1 to the shorter side
     */
    public static TruncatedSvd ofInPlace(float[] matrix, int rows, int columns, int rank) {
        int side = Math.min(rows, columns);
        if (rank < 1 || rank > side) {
            throw new IllegalArgumentException(
                    "rank is larger than a side of the matrix: rank="
                            + rank
                            + ", rows="
                            + rows
                            + ", columns="
                            + columns);
        }
        openblas.blas_set_num_threads(1);
        float[] s = new float[side];
        float[] u = new float[rows * side];
        float[] vt = new float[side * columns];
        int info =
                openblas.LAPACKE_sgesdd(
                        openblas.LAPACK_ROW_MAJOR,
                        (byte) 'S',
                        rows,
                        columns,
                        matrix,
                        columns,
                        s,
                        u,
                        side,
                        vt,
                        columns);
        if (info != 0) {
            throw new IllegalStateException(
                    "singular value decomposition failed: info="
                            + info
                            + ", rows="
                            + rows
                            + ", columns="
                            + columns);
        }
        return truncated(s, u, vt, rows, columns, rank);
    }

    private static TruncatedSvd truncated(
            float[] s, float[] u, float[] vt, int rows, int columns, int rank) {
        float[] left = new float[rows * rank];
        for (int row = 0; row < rows; row++) {
            System.arraycopy(u, row * s.length, left, row * rank, rank);
        }
        float[] values = new float[rank];
        System.arraycopy(s, 0, values, 0, rank);
        float[] right = new float[rank * columns];
        System.arraycopy(vt, 0, right, 0, right.length);
        double discarded = 0;
        for (int i = rank; i < s.length; i++) {
            discarded += (double) s[i] * s[i];
        }
        return new TruncatedSvd(left, values, right, discarded);
    }
}
