package dev.gossamer.client.reference;

import dev.gossamer.client.model.Rotary;

/**
 * Rotary positions on every head of a sequence's rows.
 *
 * <p>A rotation's transpose turns back, so the gradient is turned by the negative angle.
 */
record RotaryLayer(Rotary rotary, int headSize) implements Layer {
    @Override
    public Pass forward(Rows x, double[] values) {
        return new Pass(turned(x, 1), (dy, gradient) -> turned(dy, -1));
    }

    private Rows turned(Rows x, int direction) {
        double[] frequencies = rotary.inverseFrequencies();
        int pairs = frequencies.length;
        double[] y = x.values().clone();
        for (int head = 0; head < y.length; head += headSize) {
            int position = head / x.columns();
            for (int i = 0; i < pairs; i++) {
                double angle = direction * position * frequencies[i];
                double cos = Math.cos(angle) * rotary.magnitude();
                double sin = Math.sin(angle) * rotary.magnitude();
                double first = x.values()[head + i];
                double second = x.values()[head + i + pairs];
                y[head + i] = first * cos - second * sin;
                y[head + i + pairs] = second * cos + first * sin;
            }
        }
        return new Rows(x.rows(), x.columns(), y);
    }
}
