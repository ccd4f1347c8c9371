package dev.gossamer.protocols.basis;

import org.ejml.data.DMatrixRMaj;

import java.util.List;

/**
 * The gradient G of a mean loss by the weights of one target.
 *
 * @param target the matrix's name
 * @param values {@code [out × in]} row-major, finite; belongs to this object
 */
@SuppressWarnings("ArrayRecordComponent") // computed with, never compared
public record WeightGradient(String target, int out, int in, float[] values) {
    /** A gradient whose values are finite and fit its sides. */
    public WeightGradient {
        if (out < 1 || in < 1 || values.length != (long) out * in) {
            throw new IllegalArgumentException(
                    "gradient does not fit: target="
                            + target
                            + ", out="
                            + out
                            + ", in="
                            + in
                            + ", values="
                            + values.length);
        }
        for (float value : values) {
            if (!Float.isFinite(value)) {
                throw new IllegalArgumentException(
                        "gradient is not finite: target=" + target + ", value=" + value);
            }
        }
    }

    /**
     * The gradient of {@code target} among {@code gradients}.
     *
     * @throws IllegalArgumentException if there is none, or it has other sides
     */
    static WeightGradient of(List<WeightGradient> gradients, String target, int out, int in) {
        return gradients.stream()
                .filter(g -> g.target.equals(target) && g.out == out && g.in == in)
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "gradient is missing or has other sides: target="
                                                + target
                                                + ", out="
                                                + out
                                                + ", in="
                                                + in));
    }

    /** The Frobenius norm. */
    public double norm() {
        double squares = 0;
        for (float value : values) {
            squares += (double) value * value;
        }
        return Math.sqrt(squares);
    }

    /** {@code G right}, {@code [out × width]}; row by row, so that G is read once. */
    DMatrixRMaj times(DMatrixRMaj right) {
        int width = right.numCols;
        DMatrixRMaj product = new DMatrixRMaj(out, width);
        for (int i = 0; i < out; i++) {
            for (int k = 0; k < in; k++) {
                addRow(values[i * in + k], right.data, k * width, product.data, i * width, width);
            }
        }
        return product;
    }

    /** {@code leftᵀ G}, {@code [width × in]}, from {@code left} {@code [out × width]}. */
    DMatrixRMaj projected(DMatrixRMaj left) {
        int width = left.numCols;
        double[] transposed = new double[in * width];
        for (int i = 0; i < out; i++) {
            for (int k = 0; k < in; k++) {
                addRow(values[i * in + k], left.data, i * width, transposed, k * width, width);
            }
        }
        DMatrixRMaj product = new DMatrixRMaj(width, in);
        for (int k = 0; k < in; k++) {
            for (int j = 0; j < width; j++) {
                product.data[j * in + k] = transposed[k * width + j];
            }
        }
        return product;
    }

    private static void addRow(
            double weight, double[] from, int at, double[] into, int to, int width) {
        for (int j = 0; j < width; j++) {
            into[to + j] += weight * from[at + j];
        }
    }
}
