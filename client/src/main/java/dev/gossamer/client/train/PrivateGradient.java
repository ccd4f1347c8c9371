package dev.gossamer.client.train;

import dev.gossamer.client.data.Example;

import java.util.Arrays;
import java.util.List;

/**
 * The sum of per-example gradients, each clipped to one norm: what one example can change is at
 * most the bound (Abadi and others, arXiv 1607.00133).
 *
 * <p>It clips and sums, and nothing else: noise is added later, where the sum is about to leave.
 * The loss and the share that was clipped are not protected by that noise.
 *
 * @param bound of the norm over all trained values, above 0
 */
public record PrivateGradient(double bound) {
    /** A bound above 0. */
    public PrivateGradient {
        if (!(bound > 0) || !Double.isFinite(bound)) {
            throw new IllegalArgumentException("clip bound out of range: bound=" + bound);
        }
    }

    /**
     * What a batch came to.
     *
     * @param examples how many
     * @param clipped how many of them were longer than the bound
     * @param lossSum over the examples, of each one's mean; private
     */
    public record Sum(int examples, int clipped, double lossSum) {}

    /**
     * Overwrites {@code sum} with the clipped sum over {@code batch}; zeros where it is empty.
     *
     * @param values in layout order, only read
     */
    public Sum sum(AdaptedModel model, float[] values, List<Example> batch, float[] sum) {
        Arrays.fill(sum, 0);
        if (batch.isEmpty()) {
            return new Sum(0, 0, 0);
        }
        double[] total = new double[sum.length];
        int[] clipped = new int[1];
        double[] lossSum = new double[1];
        model.exampleGradients(
                values,
                batch,
                (index, loss, gradient) -> {
                    clipped[0] += add(total, gradient) ? 1 : 0;
                    lossSum[0] += loss;
                });
        for (int i = 0; i < sum.length; i++) {
            sum[i] = (float) total[i];
        }
        return new Sum(batch.size(), clipped[0], lossSum[0]);
    }

    private boolean add(double[] total, float[] gradient) {
        double norm = Trainer.norm(gradient);
        if (!Double.isFinite(norm)) {
            // One example without a gradient must not spoil, or be told from, the others.
            return true;
        }
        double scale = Math.min(1, bound / norm);
        for (int i = 0; i < total.length; i++) {
            total[i] += scale * gradient[i];
        }
        return scale < 1;
    }
}
