package dev.gossamer.client.tensor;

import dev.gossamer.client.data.Example;

/** Mean pooling of packed rows: each sequence's mean output. */
final class Pooling {
    private Pooling() {}

    /** {@code [sequences × hidden]} means of {@code space.last}. */
    static float[] means(Workspace space, PackedRows batch, int hidden, Kernels kernels) {
        int count = batch.examples().size();
        Tensor sums = Tensor.zeros((long) count * hidden);
        long row = 0;
        for (int s = 0; s < count; s++) {
            int n = batch.examples().get(s).tokens();
            for (int t = 0; t < n; t++, row++) {
                kernels.addScaledInPlace(
                        sums.at((long) s * hidden), space.last.at(row * hidden), 1f / n, hidden);
            }
        }
        float[] means = new float[count * hidden];
        sums.get(0, means);
        return means;
    }

    /** Spreads the means' gradient over the rows, into {@code space.gradient}. */
    static void spread(Workspace space, PackedRows batch, int hidden, float[] dMeans) {
        float[] share = new float[hidden];
        long row = 0;
        int from = 0;
        for (Example example : batch.examples()) {
            int n = example.tokens();
            for (int i = 0; i < hidden; i++) {
                share[i] = dMeans[from + i] / n;
            }
            for (int t = 0; t < n; t++, row++) {
                space.gradient.put(row * hidden, share);
            }
            from += hidden;
        }
    }
}
