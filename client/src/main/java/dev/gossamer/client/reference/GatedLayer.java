package dev.gossamer.client.reference;

/**
 * A gated feed-forward block, {@code down(gate(x) * up(x))}.
 *
 * @param gate with its activation
 */
record GatedLayer(Layer gate, Layer up, Layer down) implements Layer {
    @Override
    public Pass forward(Rows x, double[] values) {
        Pass g = gate.forward(x, values);
        Pass u = up.forward(x, values);
        Pass y = down.forward(g.output().hadamard(u.output()), values);
        return new Pass(
                y.output(),
                (dy, gradient) -> {
                    Rows d = y.pullback().apply(dy, gradient);
                    Rows dg = g.pullback().apply(d.hadamard(u.output()), gradient);
                    Rows du = u.pullback().apply(d.hadamard(g.output()), gradient);
                    return dg.plus(du);
                });
    }
}
