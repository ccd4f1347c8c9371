package dev.gossamer.client.tensor;

import dev.gossamer.client.model.Linear;
import dev.gossamer.client.model.Matrix;

import java.util.Optional;
import java.util.Set;
import java.util.function.ToIntFunction;

/**
 * A linear map of a head, frozen or trained.
 *
 * @param weight {@code [out × in]}
 * @param bias {@code [out]}
 */
record HeadMap(int in, int out, Factor weight, Optional<Factor> bias) {
    /** The map {@code linear}, trained where its name is in {@code trained}. */
    static HeadMap of(Linear linear, Set<String> trained, ToIntFunction<String> offsets) {
        boolean isTrained = trained.contains(linear.name());
        Factor weight =
                isTrained
                        ? Factor.trained(offsets, linear.name() + ".weight")
                        : Factor.frozen(copy(linear.weight()));
        Optional<Factor> bias =
                linear.bias()
                        .map(
                                values ->
                                        isTrained
                                                ? Factor.trained(offsets, linear.name() + ".bias")
                                                : Factor.frozen(Tensor.of(values)));
        return new HeadMap(linear.in(), linear.out(), weight, bias);
    }

    /** The values of {@code matrix}, row-major. */
    static Tensor copy(Matrix matrix) {
        int columns = matrix.columns();
        Tensor tensor = Tensor.zeros((long) matrix.rows() * columns);
        float[] row = new float[columns];
        for (int r = 0; r < matrix.rows(); r++) {
            matrix.readRow(r, row, 0);
            tensor.put((long) r * columns, row);
        }
        return tensor;
    }

    /** Does something with rows {@code from} up to {@code to} and the values of their run. */
    private interface RunWork {
        void on(int from, int to, long address);
    }

    /** Splits {@code rows} places from {@code first} on by their runs. */
    private static void split(Runs runs, int first, int rows, RunWork work) {
        for (int run = 0; run < runs.count(); run++) {
            int from = Math.max(0, runs.starts()[run] - first);
            int to = Math.min(rows, runs.starts()[run + 1] - first);
            if (from < to) {
                work.on(from, to, runs.addresses()[run]);
            }
        }
    }

    private Runs ofWeights(Runs values, int first, int rows) {
        return weight.isTrained()
                ? values
                : new Runs(new int[] {first, first + rows}, new long[] {values.addresses()[0]});
    }

    /**
     * {@code y = x Wᵀ + b}, rows without gaps.
     *
     * @param first the place of the first row
     * @param values whose values each place is computed with
     */
    void forward(Kernels kernels, int first, int rows, long x, Runs values, long y) {
        split(
                ofWeights(values, first, rows),
                first,
                rows,
                (from, to, at) -> {
                    long w = weight.at(at);
                    long xRun = x + 4L * from * in;
                    long yRun = y + 4L * from * out;
                    OneDnn.multiplyTransposed(to - from, out, in, 1, xRun, in, w, in, 0, yRun, out);
                    bias.ifPresent(b -> addBias(kernels, to - from, b.at(at), yRun));
                });
    }

    private void addBias(Kernels kernels, int rows, long b, long y) {
        for (long row = 0; row < rows; row++) {
            kernels.addInPlace(y + 4 * row * out, b, out);
        }
    }

    /** {@code dx = dy W}. */
    void inputBackward(int first, int rows, long dy, Runs values, long dx) {
        split(
                ofWeights(values, first, rows),
                first,
                rows,
                (from, to, at) -> {
                    long dyRun = dy + 4L * from * out;
                    long dxRun = dx + 4L * from * in;
                    OneDnn.multiply(
                            to - from, in, out, dyRun, out, weight.at(at), in, 0, dxRun, in);
                });
    }

    /** Adds the gradients of what is trained, each place's to its run. */
    void weightBackward(Kernels kernels, int first, int rows, long x, long dy, Runs gradients) {
        if (!weight.isTrained()) {
            return;
        }
        split(
                gradients,
                first,
                rows,
                (from, to, at) -> {
                    long dyRun = dy + 4L * from * out;
                    long xRun = x + 4L * from * in;
                    long dw = at + 4L * weight.offset();
                    OneDnn.transposedMultiply(out, in, to - from, dyRun, out, xRun, in, 1, dw, in);
                    bias.ifPresent(b -> biasBackward(kernels, to - from, dyRun, b.at(at)));
                });
    }

    private void biasBackward(Kernels kernels, int rows, long dy, long db) {
        for (long row = 0; row < rows; row++) {
            kernels.addInPlace(db, dy + 4 * row * out, out);
        }
    }
}
