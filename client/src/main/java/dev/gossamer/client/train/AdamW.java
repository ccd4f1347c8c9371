package dev.gossamer.client.train;

import java.util.List;

/**
 * AdamW with bias correction and decoupled weight decay (Loshchilov and Hutter, arXiv 1711.05101),
 * betas 0.9 and 0.999, epsilon 1e-8, over one flat array.
 */
public final class AdamW implements Optimizer {
    private static final double BETA_1 = 0.9;
    private static final double BETA_2 = 0.999;
    private static final double EPSILON = 1e-8;

    private final double weightDecay;
    private final float[] first;
    private final float[] second;
    private int step;

    /**
     * A fresh optimiser for {@code size} values.
     *
     * @param weightDecay at least 0
     */
    public AdamW(int size, double weightDecay) {
        this.weightDecay = weightDecay;
        first = new float[size];
        second = new float[size];
    }

    @Override
    public void stepInPlace(float[] values, float[] gradient, double learningRate) {
        step++;
        double firstScale = 1 / (1 - StrictMath.pow(BETA_1, step));
        double secondScale = 1 / (1 - StrictMath.pow(BETA_2, step));
        for (int i = 0; i < values.length; i++) {
            double g = gradient[i];
            first[i] = (float) (BETA_1 * first[i] + (1 - BETA_1) * g);
            second[i] = (float) (BETA_2 * second[i] + (1 - BETA_2) * g * g);
            double direction =
                    first[i] * firstScale / (Math.sqrt(second[i] * secondScale) + EPSILON);
            values[i] =
                    (float)
                            (values[i] * (1 - learningRate * weightDecay)
                                    - learningRate * direction);
        }
    }

    @Override
    public State state() {
        return new State(step, List.of(first.clone(), second.clone()));
    }

    @Override
    public void restore(State state) {
        Optimizer.copy(state, List.of(first, second));
        step = state.step();
    }
}
