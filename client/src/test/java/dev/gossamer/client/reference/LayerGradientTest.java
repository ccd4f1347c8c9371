package dev.gossamer.client.reference;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.client.model.Activation;
import dev.gossamer.client.model.Architecture;
import dev.gossamer.client.model.Head.Pooling;
import dev.gossamer.client.model.Rotary;
import dev.gossamer.client.model.TinyTransformers;
import dev.gossamer.client.reference.LinearLayer.Factors;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The way back through each kind of layer against central differences. */
class LayerGradientTest {
    private static final int TOKENS = 5;

    /** A layer with the width of its input and the number of its trained values. */
    private record Case(Layer layer, int width, int trained) {}

    private static Map<String, Case> cases() {
        Map<String, Case> cases = new LinkedHashMap<>();
        for (Activation activation : Activation.values()) {
            cases.put(activation.name(), new Case(new ActivationLayer(activation), 4, 0));
        }
        cases.put("layer norm", new Case(norm(6, false), 6, 0));
        cases.put("rms norm", new Case(norm(6, true), 6, 0));
        cases.put("norm of heads", new Case(norm(3, true).overRowsOf(3), 6, 0));
        Rotary rotary = new Rotary(new double[] {1, 0.3}, 1.2);
        cases.put("rotary", new Case(new RotaryLayer(rotary, 4), 8, 0));
        cases.put("partial rotary", new Case(new RotaryLayer(rotary, 5), 10, 0));
        cases.put("pooling by mean", new Case(new PoolingLayer(Pooling.MEAN), 4, 0));
        cases.put("pooling of the first", new Case(new PoolingLayer(Pooling.FIRST), 4, 0));
        cases.put("linear", new Case(linear(0, 3, 4), 4, 3 * 4 + 3));
        cases.put("linear with A and B", new Case(adapted(false), 4, 2 * 4 + 3 * 2));
        cases.put("linear with R", new Case(adapted(true), 4, 2 * 4 + 2 * 2 + 3 * 2));
        cases.put("gated", new Case(gated(), 4, 2 * (3 * 4 + 3) + 4 * 3 + 4));
        cases.put("residual", new Case(linear(0, 4, 4).residual(), 4, 4 * 4 + 4));
        cases.put("attention", new Case(attention(false, 4, 4, 0), 4, 0));
        cases.put("causal attention", new Case(attention(true, 2, 2, 0), 4, 0));
        cases.put("grouped attention", new Case(attention(true, 4, 2, 0), 4, 0));
        cases.put("window attention", new Case(attention(true, 2, 1, 2), 4, 0));
        return cases;
    }

    private static NormLayer norm(int width, boolean rms) {
        Optional<double[]> bias = rms ? Optional.empty() : Optional.of(Directions.random(width, 4));
        return new NormLayer(Directions.random(width, 3), bias, rms, 1e-3);
    }

    private static LinearLayer linear(int offset, int out, int in) {
        return new LinearLayer(
                new Parameter.Trained(offset, out, in),
                Optional.of(new Parameter.Trained(offset + out * in, 1, out)),
                Optional.empty());
    }

    private static Layer adapted(boolean withR) {
        Parameter a = new Parameter.Trained(0, 2, 4);
        Parameter b = new Parameter.Trained(8, 3, 2);
        Optional<Parameter> r =
                withR ? Optional.of(new Parameter.Trained(14, 2, 2)) : Optional.empty();
        return new LinearLayer(
                frozen(3, 4, 5),
                Optional.empty(),
                Optional.of(new Factors(a, r, b, 1.7, new Masks(), 0)));
    }

    private static Parameter frozen(int rows, int columns, long seed) {
        return new Parameter.Frozen(
                new Rows(rows, columns, Directions.random(rows * columns, seed)));
    }

    private static Layer gated() {
        Layer gate = linear(0, 3, 4).then(new ActivationLayer(Activation.SILU));
        Layer down = linear(30, 4, 3);
        return new GatedLayer(gate, linear(15, 3, 4), down);
    }

    private static Layer attention(boolean causal, int heads, int shared, int window) {
        Architecture plain =
                TinyTransformers.architecture(
                        "tiny", heads, shared, 3, true, true, Activation.RELU, false, causal);
        Architecture architecture = window > 0 ? TinyTransformers.windowed(plain, window) : plain;
        List<Layer> projections = new ArrayList<>();
        projections.add(plain(heads * 3, 4, 6));
        projections.add(plain(shared * 3, 4, 7));
        projections.add(plain(shared * 3, 4, 8));
        return new AttentionLayer(
                architecture,
                projections,
                norm(3, true).overRowsOf(3),
                Layer.IDENTITY,
                plain(4, heads * 3, 9));
    }

    private static Layer plain(int out, int in, long seed) {
        return new LinearLayer(frozen(out, in, seed), Optional.empty(), Optional.empty());
    }

    @TestFactory
    List<DynamicTest> pullback_alongRandomDirections_isTheDerivative() {
        return cases().entrySet().stream()
                .map(e -> DynamicTest.dynamicTest(e.getKey(), () -> check(e.getValue())))
                .toList();
    }

    /** The weighted sum of all outputs, by the input and by the trained values. */
    private static void check(Case c) {
        Rows x = new Rows(TOKENS, c.width(), Directions.random(TOKENS * c.width(), 1));
        double[] values = Directions.random(c.trained(), 2);
        Layer.Pass pass = c.layer().forward(x, values);
        Rows y = pass.output();
        Rows weights = new Rows(y.rows(), y.columns(), Directions.random(y.values().length, 10));
        double[] gradient = new double[values.length];
        Rows dx = pass.pullback().apply(weights, gradient);

        double[] dInput = Directions.random(x.values().length, 11);
        Directions.assertSlope(
                h -> {
                    double[] moved = Directions.moved(x.values(), dInput, h);
                    Rows input = new Rows(TOKENS, c.width(), moved);
                    return weighted(weights, c.layer().forward(input, values));
                },
                Directions.dot(dx.values(), dInput),
                "input");
        double[] dValues = Directions.random(values.length, 12);
        Directions.assertSlope(
                h -> weighted(weights, c.layer().forward(x, Directions.moved(values, dValues, h))),
                Directions.dot(gradient, dValues),
                "trained values");
        assertTrue(Directions.dot(dx.values(), dx.values()) > 0, "the input matters");
    }

    private static double weighted(Rows weights, Layer.Pass pass) {
        return Directions.dot(weights.values(), pass.output().values());
    }
}
