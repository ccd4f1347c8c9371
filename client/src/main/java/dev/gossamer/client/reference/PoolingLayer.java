package dev.gossamer.client.reference;

import dev.gossamer.client.model.Head.Pooling;

/** A sequence's rows to one row. */
record PoolingLayer(Pooling pooling) implements Layer {
    @Override
    public Pass forward(Rows x, double[] values) {
        Rows weights = weights(x.rows());
        return new Pass(weights.times(x), (dy, gradient) -> weights.transposedTimes(dy));
    }

    /** How much each token counts, {@code [1 × tokens]}. */
    private Rows weights(int tokens) {
        Rows weights = Rows.zero(1, tokens);
        for (int t = 0; t < tokens; t++) {
            weights.values()[t] =
                    switch (pooling) {
                        case MEAN -> 1.0 / tokens;
                        case FIRST -> t == 0 ? 1 : 0;
                        case LAST -> t == tokens - 1 ? 1 : 0;
                    };
        }
        return weights;
    }
}
