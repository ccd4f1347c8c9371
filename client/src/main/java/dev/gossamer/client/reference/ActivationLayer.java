package dev.gossamer.client.reference;

import dev.gossamer.client.model.Activation;

/** A non-linearity, element by element. */
record ActivationLayer(Activation activation) implements Layer {
    private static final double ROOT_2_OVER_PI = Math.sqrt(2 / Math.PI);

    /** The cubic term of the tanh approximation of GELU (arXiv 1606.08415). */
    private static final double CUBIC = 0.044715;

    @Override
    public Pass forward(Rows x, double[] values) {
        return new Pass(x.map(this::value), (dy, gradient) -> dy.hadamard(x.map(this::slope)));
    }

    private double value(double x) {
        return switch (activation) {
            case GELU -> x * Gelu.phi(x);
            case GELU_TANH -> x * (1 + Math.tanh(inner(x))) / 2;
            case SILU -> x * sigmoid(x);
            case RELU -> Math.max(x, 0);
            case TANH -> Math.tanh(x);
        };
    }

    private double slope(double x) {
        return switch (activation) {
            case GELU -> Gelu.phi(x) + x * Gelu.density(x);
            case GELU_TANH -> {
                double tanh = Math.tanh(inner(x));
                double innerSlope = ROOT_2_OVER_PI * (1 + 3 * CUBIC * x * x);
                yield (1 + tanh) / 2 + x * (1 - tanh * tanh) * innerSlope / 2;
            }
            case SILU -> sigmoid(x) * (1 + x * (1 - sigmoid(x)));
            case RELU -> x > 0 ? 1 : 0;
            case TANH -> 1 - Math.tanh(x) * Math.tanh(x);
        };
    }

    private static double inner(double x) {
        return ROOT_2_OVER_PI * (x + CUBIC * x * x * x);
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }
}
