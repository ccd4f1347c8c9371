package dev.gossamer.client.train;

import dev.gossamer.client.data.Example;

import java.util.Arrays;
import java.util.List;

/**
 * The sum of per-example gradients, each clipped to one norm, in integers: what one example can
 * change is at most the bound (Abadi and others, arXiv 1607.00133).
 *
 * <p>An example's clipped gradient is rounded to multiples of {@link #unit} before it is added, and
 * is clipped so much below the bound that rounding cannot carry it over. So the integers that are
 * noised have norm {@link #UNITS} at most for each example, exactly, and the sum is exact in any
 * order; a sum in floating point has no such bound. It clips and sums, and nothing else: noise is
 * added where the sum is about to be used. The loss and the share that was clipped are not
 * protected by that noise. Nothing is dropped: dropout's coins follow an example's place in the
 * batch, so that one example less would change what all after it come to.
 *
 * @param bound of the norm over all trained values, above 0
 */
public record PrivateGradient(double bound) {
    /** The bound, in units. */
    public static final long UNITS = 1L << 24;

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

    /** What one integer stands for. */
    public double unit() {
        return bound / UNITS;
    }

    /**
     * Overwrites {@code sum} with the clipped sum over {@code batch}; zeros where it is empty.
     *
     * @param values in layout order, only read
     * @param sum in units
     */
    public Sum sum(AdaptedModel model, float[] values, List<Example> batch, long[] sum) {
        Arrays.fill(sum, 0);
        if (batch.isEmpty()) {
            return new Sum(0, 0, 0);
        }
        int[] clipped = new int[1];
        double[] lossSum = new double[1];
        model.exampleGradients(
                values,
                batch,
                (index, loss, gradient) -> {
                    clipped[0] += add(sum, gradient) ? 1 : 0;
                    lossSum[0] += loss;
                });
        return new Sum(batch.size(), clipped[0], lossSum[0]);
    }

    private boolean add(long[] sum, float[] gradient) {
        double norm = Trainer.norm(gradient);
        if (!Double.isFinite(norm)) {
            // One example without a gradient must not spoil, or be told from, the others.
            return true;
        }
        // Rounding moves each value by half a unit at most. One unit more is far above what the
        // arithmetic here gets wrong.
        double longest = UNITS - Math.sqrt(gradient.length) / 2 - 1;
        double whole = norm / unit();
        double scale = (whole > longest ? longest / norm : 1 / unit());
        for (int i = 0; i < gradient.length; i++) {
            sum[i] += (long) Math.rint(scale * gradient[i]);
        }
        return whole > longest;
    }
}
