package dev.gossamer.client.train;

import java.util.List;

/**
 * Gradient descent with momentum as PyTorch has it, {@code v = momentum v + g} and {@code w = w -
 * rate v}, weight decay added to the gradient, over one flat array.
 */
public final class Sgd implements Optimizer {
    private final double momentum;
    private final double weightDecay;
    private final float[] velocity;
    private int step;

    /**
     * A fresh optimiser for {@code size} values.
     *
     * @param momentum in [0, 1)
     * @param weightDecay at least 0
     */
    public Sgd(int size, double momentum, double weightDecay) {
        this.momentum = momentum;
        this.weightDecay = weightDecay;
        velocity = new float[size];
    }

    @Override
    public void stepInPlace(float[] values, float[] gradient, double learningRate) {
        step++;
        for (int i = 0; i < values.length; i++) {
            double g = gradient[i] + weightDecay * values[i];
            velocity[i] = (float) (momentum * velocity[i] + g);
            values[i] = (float) (values[i] - learningRate * velocity[i]);
        }
    }

    @Override
    public State state() {
        return new State(step, List.of(velocity.clone()));
    }

    @Override
    public void restore(State state) {
        Optimizer.copy(state, List.of(velocity));
        step = state.step();
    }
}
