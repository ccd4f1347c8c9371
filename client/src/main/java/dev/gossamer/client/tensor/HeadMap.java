package dev.gossamer.client.tensor;

import dev.gossamer.client.model.Linear;
import dev.gossamer.client.model.Matrix;

import java.util.Optional;
import java.util.Set;
import java.util.function.ToIntFunction;

/**
 * A linear map of a head, frozen or trained.
 *
 * @param bias {@code [out]}
 */
record HeadMap(int in, int out, Weight weight, Optional<Factor> bias) {
    /** Where the matrix {@code [out × in]} is. */
    sealed interface Weight {
        /** In fp32. */
        record Values(Factor factor) implements Weight {}

        /** As the base keeps its own. */
        record Kept(FrozenProduct product) implements Weight {}
    }

    /** The map {@code linear}, trained where its name is in {@code trained}. */
    static HeadMap of(Linear linear, Set<String> trained, ToIntFunction<String> offsets) {
        boolean isTrained = trained.contains(linear.name());
        Factor weight =
                isTrained
                        ? Factor.trained(offsets, linear.name() + ".weight")
                        : Factor.frozen(Tensor.of(linear.weight().toArray()));
        Optional<Factor> bias =
                linear.bias()
                        .map(
                                values ->
                                        isTrained
                                                ? Factor.trained(offsets, linear.name() + ".bias")
                                                : Factor.frozen(Tensor.of(values)));
        return new HeadMap(linear.in(), linear.out(), new Weight.Values(weight), bias);
    }

    /** A frozen map of {@code matrix}, kept as {@code product}. */
    static HeadMap kept(Matrix matrix, FrozenProduct product, Optional<float[]> bias) {
        return new HeadMap(
                matrix.columns(),
                matrix.rows(),
                new Weight.Kept(product),
                bias.map(values -> Factor.frozen(Tensor.of(values))));
    }

    private boolean isTrained() {
        return weight instanceof Weight.Values(Factor factor) && factor.isTrained();
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
        return isTrained()
                ? values
                : new Runs(new int[] {first, first + rows}, new long[] {values.addresses()[0]});
    }

    /**
     * {@code y = x Wᵀ + b}, rows without gaps.
     *
     * @param team splits the product with weights that the base keeps
     * @param first the place of the first row
     * @param values whose values each place is computed with
     */
    void forward(Team team, Kernels kernels, int first, int rows, long x, Runs values, long y) {
        split(
                ofWeights(values, first, rows),
                first,
                rows,
                (from, to, at) -> {
                    long xRun = x + 4L * from * in;
                    long yRun = y + 4L * from * out;
                    weightForward(team, to - from, at, xRun, yRun);
                    bias.ifPresent(b -> addBias(kernels, to - from, b.at(at), yRun));
                });
    }

    private void weightForward(Team team, int rows, long values, long x, long y) {
        switch (weight) {
            case Weight.Values(Factor factor) ->
                    OneDnn.multiplyTransposed(
                            rows, out, in, 1, x, in, factor.at(values), in, 0, y, out);
            case Weight.Kept(FrozenProduct product) when team == Team.NONE ->
                    product.forward(rows, 0, x, in, 0, y, out);
            case Weight.Kept(FrozenProduct product) ->
                    team.split(
                            out,
                            (from, count) ->
                                    product.forwardPart(from, count, rows, 0, x, in, 0, y, out));
        }
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
                    weightBackward(to - from, at, dyRun, dxRun);
                });
    }

    private void weightBackward(int rows, long values, long dy, long dx) {
        switch (weight) {
            case Weight.Values(Factor factor) ->
                    OneDnn.multiply(rows, in, out, dy, out, factor.at(values), in, 0, dx, in);
            case Weight.Kept(FrozenProduct product) ->
                    product.backward(rows, 0, dy, out, 0, dx, in);
        }
    }

    /** Adds the gradients of what is trained, each place's to its run. */
    void weightBackward(Kernels kernels, int first, int rows, long x, long dy, Runs gradients) {
        if (!(weight instanceof Weight.Values(Factor factor)) || !factor.isTrained()) {
            return;
        }
        split(
                gradients,
                first,
                rows,
                (from, to, at) -> {
                    long dyRun = dy + 4L * from * out;
                    long xRun = x + 4L * from * in;
                    long dw = at + 4L * factor.offset();
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
