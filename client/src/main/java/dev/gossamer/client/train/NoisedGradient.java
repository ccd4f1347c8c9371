package dev.gossamer.client.train;

import dev.gossamer.client.data.Example;
import dev.gossamer.client.data.Rows;
import dev.gossamer.privacy.mechanism.DiscreteGaussian;
import dev.gossamer.privacy.mechanism.IntegerNoise;
import dev.gossamer.privacy.mechanism.NoiseCoins;
import dev.gossamer.privacy.mechanism.Overflow;

import java.util.List;
import java.util.function.IntFunction;

/**
 * The clipped sum of a secret batch with noise on it, over the number of rows that was expected:
 * the step of DP-SGD (Abadi and others, arXiv 1607.00133).
 *
 * <p>What is added to the integers of {@link PrivateGradient} is a discrete Gaussian of {@code
 * noiseMultiplier} times the bound, and its law is exact. Whatever is made of the gradient
 * afterwards (its optimiser, later steps, the update, what is left out of it) says no more of one
 * row than this does. How many rows a batch had, their loss and how many were clipped are not
 * noised and go no further than here. Confined to one thread.
 */
public final class NoisedGradient implements StepGradient {
    private static final int DOUBLE_BITS = 53;

    private final AdaptedModel model;
    private final PrivateGradient clipped;
    private final IntFunction<List<Example>> batches;
    private final IntegerNoise noise;
    private final NoiseCoins coins;
    private final double expectedRows;
    private final long[] sum;

    /**
     * How noisy a step is.
     *
     * @param bound of the norm of a row's gradient, above 0
     * @param noiseMultiplier the noise's deviation over the bound, above 0
     * @param expectedRows of a batch, above 0; fixed, whatever a batch has
     */
    public record Plan(double bound, double noiseMultiplier, double expectedRows) {
        /** A plan whose numbers are within their ranges. */
        public Plan {
            if (!(bound > 0)
                    || !(noiseMultiplier > 0)
                    || !(expectedRows > 0)
                    || !Double.isFinite(bound * noiseMultiplier * expectedRows)) {
                throw new IllegalArgumentException(
                        "private step without noise or bound: bound="
                                + bound
                                + ", noiseMultiplier="
                                + noiseMultiplier
                                + ", expectedRows="
                                + expectedRows);
            }
        }
    }

    private NoisedGradient(
            AdaptedModel model, Plan plan, IntFunction<List<Example>> batches, NoiseCoins coins) {
        this.model = model;
        this.batches = batches;
        this.coins = coins;
        clipped = new PrivateGradient(plan.bound());
        noise = DiscreteGaussian.ofSigma(plan.noiseMultiplier() * PrivateGradient.UNITS);
        expectedRows = plan.expectedRows();
        sum = new long[model.layout().size()];
    }

    /**
     * Of batches that each of {@code rows} joins by a secret coin.
     *
     * @param coins also of the noise
     */
    public static NoisedGradient poisson(
            AdaptedModel model, Rows rows, Plan plan, NoiseCoins coins) {
        PoissonBatches batches =
                new PoissonBatches(
                        rows, Math.min(1, plan.expectedRows() / rows.size()), () -> uniform(coins));
        return new NoisedGradient(model, plan, batches::next, coins);
    }

    /** Of all of {@code rows}, in every step. */
    public static NoisedGradient all(AdaptedModel model, Rows rows, Plan plan, NoiseCoins coins) {
        return new NoisedGradient(model, plan, rows::in, coins);
    }

    private static double uniform(NoiseCoins coins) {
        return (coins.next() >>> (Long.SIZE - DOUBLE_BITS)) * 0x1p-53;
    }

    int size() {
        return sum.length;
    }

    /** Loss and tokens are told to nobody: they are those of an empty batch. */
    @Override
    public Drawn next(int step, float[] values, float[] gradient) {
        clipped.sum(model, values, batches.apply(step), sum);
        noise.addInPlace(sum, coins, Overflow.REFUSED);
        double unit = clipped.unit() / expectedRows;
        for (int i = 0; i < gradient.length; i++) {
            gradient[i] = (float) (sum[i] * unit);
        }
        return new Drawn(0, 0);
    }

    @Override
    public TrainingState.Position position() {
        return TrainingState.Position.START;
    }
}
