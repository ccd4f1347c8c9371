package dev.gossamer.client.reference;

/** A differentiable function of a sequence's rows and of the trained values. */
@FunctionalInterface
interface Layer {
    /** Passes its input on. */
    Layer IDENTITY = (x, values) -> new Pass(x, (dy, gradient) -> dy);

    /** The output for {@code x}, and the way back. */
    Pass forward(Rows x, double[] values);

    /** An output with the way back from it. */
    record Pass(Rows output, Pullback pullback) {}

    /** Takes a gradient from a layer's output to its input. */
    @FunctionalInterface
    interface Pullback {
        /**
         * The gradient by the layer's input.
         *
         * @param dy the gradient by its output
         * @param gradient that by the trained values; the layer's share is added
         */
        Rows apply(Rows dy, double[] gradient);
    }

    /** This layer, and {@code next} on its output. */
    default Layer then(Layer next) {
        return (x, values) -> {
            Pass first = forward(x, values);
            Pass second = next.forward(first.output(), values);
            return new Pass(
                    second.output(),
                    (dy, gradient) ->
                            first.pullback()
                                    .apply(second.pullback().apply(dy, gradient), gradient));
        };
    }

    /** {@code x + this(x)}. */
    default Layer residual() {
        return (x, values) -> {
            Pass inner = forward(x, values);
            return new Pass(
                    x.plus(inner.output()),
                    (dy, gradient) -> dy.plus(inner.pullback().apply(dy, gradient)));
        };
    }

    /** This layer over the same values in rows of {@code width}. */
    default Layer overRowsOf(int width) {
        return (x, values) -> {
            Pass inner = forward(x.reshaped(width), values);
            return new Pass(
                    inner.output().reshaped(x.columns()),
                    (dy, gradient) ->
                            inner.pullback()
                                    .apply(dy.reshaped(width), gradient)
                                    .reshaped(x.columns()));
        };
    }
}
