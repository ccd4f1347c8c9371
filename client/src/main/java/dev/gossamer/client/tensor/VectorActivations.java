package dev.gossamer.client.tensor;

import static dev.gossamer.client.tensor.Lanes.LANES;
import static dev.gossamer.client.tensor.Lanes.STEP;
import static dev.gossamer.client.tensor.Lanes.broadcast;
import static dev.gossamer.client.tensor.Lanes.exp;
import static dev.gossamer.client.tensor.Lanes.load;
import static dev.gossamer.client.tensor.Lanes.sigmoid;
import static dev.gossamer.client.tensor.Lanes.store;
import static dev.gossamer.client.tensor.Lanes.tail;
import static dev.gossamer.client.tensor.Lanes.whole;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * The activations by the Vector API: each writes its value to {@code y} and its derivative to
 * {@code slope}, which may be {@code x} itself.
 */
final class VectorActivations {
    /** The normal density at 0. */
    private static final float DENSITY = (float) 0.3989422804014327;

    /** Twice the square root of 2 / pi: the tanh of GELU's argument as a logistic function's. */
    private static final float LINEAR = (float) 1.5957691216057308;

    private static final float CUBIC = (float) (1.5957691216057308 * 0.044715);

    private VectorActivations() {}

    static void gelu(long x, long y, long slope, int n) {
        long end = whole(x, n);
        long toY = y - x;
        long toSlope = slope - x;
        long i = x;
        for (; i < end; i += STEP) {
            FloatVector v = load(i);
            FloatVector e = exp(v.mul(v).mul(-0.5f));
            FloatVector phi = phi(v, e);
            store(v.mul(phi), i + toY);
            store(e.mul(DENSITY).fma(v, phi), i + toSlope);
        }
        if (n % LANES != 0) {
            geluTail(i, i + toY, i + toSlope, tail(n));
        }
    }

    private static void geluTail(long x, long y, long slope, VectorMask<Float> mask) {
        FloatVector v = load(x, mask);
        FloatVector e = exp(v.mul(v).mul(-0.5f));
        FloatVector phi = phi(v, e);
        store(v.mul(phi), y, mask);
        store(e.mul(DENSITY).fma(v, phi), slope, mask);
    }

    /**
     * The normal distribution function, by Abramowitz and Stegun 7.1.26, {@code e = exp(-x²/2)}.
     */
    private static FloatVector phi(FloatVector x, FloatVector e) {
        FloatVector t =
                broadcast(1f).div(x.abs().fma(broadcast(0.3275911 * 0.70710678), broadcast(1f)));
        FloatVector p = t.fma(broadcast(1.061405429), broadcast(-1.453152027));
        p = p.fma(t, broadcast(1.421413741));
        p = p.fma(t, broadcast(-0.284496736));
        p = p.fma(t, broadcast(0.254829592));
        FloatVector tail = p.mul(t).mul(e).mul(0.5f);
        return tail.blend(broadcast(1f).sub(tail), x.compare(VectorOperators.GT, 0f));
    }

    static void geluTanh(long x, long y, long slope, int n) {
        long end = whole(x, n);
        long i = x;
        for (; i < end; i += STEP) {
            FloatVector v = load(i);
            FloatVector squared = v.mul(v);
            FloatVector gate = sigmoid(squared.fma(broadcast(CUBIC), broadcast(LINEAR)).mul(v));
            store(v.mul(gate), i - x + y);
            store(geluTanhSlope(v, squared, gate), i - x + slope);
        }
        if (n % LANES != 0) {
            geluTanhTail(i, i - x + y, i - x + slope, tail(n));
        }
    }

    private static void geluTanhTail(long x, long y, long slope, VectorMask<Float> mask) {
        FloatVector v = load(x, mask);
        FloatVector squared = v.mul(v);
        FloatVector gate = sigmoid(squared.fma(broadcast(CUBIC), broadcast(LINEAR)).mul(v));
        store(v.mul(gate), y, mask);
        store(geluTanhSlope(v, squared, gate), slope, mask);
    }

    private static FloatVector geluTanhSlope(FloatVector x, FloatVector squared, FloatVector gate) {
        FloatVector inner = squared.fma(broadcast(3 * CUBIC), broadcast(LINEAR));
        return gate.mul(broadcast(1f).sub(gate)).mul(inner).fma(x, gate);
    }

    static void silu(long x, long y, long slope, int n) {
        long end = whole(x, n);
        long i = x;
        for (; i < end; i += STEP) {
            FloatVector v = load(i);
            FloatVector gate = sigmoid(v);
            FloatVector value = v.mul(gate);
            store(value, i - x + y);
            store(value.fma(broadcast(1f).sub(gate), gate), i - x + slope);
        }
        if (n % LANES != 0) {
            siluTail(i, i - x + y, i - x + slope, tail(n));
        }
    }

    private static void siluTail(long x, long y, long slope, VectorMask<Float> mask) {
        FloatVector v = load(x, mask);
        FloatVector gate = sigmoid(v);
        FloatVector value = v.mul(gate);
        store(value, y, mask);
        store(value.fma(broadcast(1f).sub(gate), gate), slope, mask);
    }

    static void relu(long x, long y, long slope, int n) {
        long end = whole(x, n);
        long i = x;
        for (; i < end; i += STEP) {
            FloatVector v = load(i);
            store(v.max(0f), i - x + y);
            store(broadcast(0f).blend(1f, v.compare(VectorOperators.GT, 0f)), i - x + slope);
        }
        if (n % LANES != 0) {
            reluTail(i, i - x + y, i - x + slope, tail(n));
        }
    }

    private static void reluTail(long x, long y, long slope, VectorMask<Float> mask) {
        FloatVector v = load(x, mask);
        store(v.max(0f), y, mask);
        store(broadcast(0f).blend(1f, v.compare(VectorOperators.GT, 0f)), slope, mask);
    }

    static void tanh(long x, long y, long slope, int n) {
        long end = whole(x, n);
        long i = x;
        for (; i < end; i += STEP) {
            FloatVector v = load(i);
            FloatVector value = sigmoid(v.mul(2f)).fma(broadcast(2f), broadcast(-1f));
            store(value, i - x + y);
            store(value.neg().fma(value, broadcast(1f)), i - x + slope);
        }
        if (n % LANES != 0) {
            tanhTail(i, i - x + y, i - x + slope, tail(n));
        }
    }

    private static void tanhTail(long x, long y, long slope, VectorMask<Float> mask) {
        FloatVector v = load(x, mask);
        FloatVector value = sigmoid(v.mul(2f)).fma(broadcast(2f), broadcast(-1f));
        store(value, y, mask);
        store(value.neg().fma(value, broadcast(1f)), slope, mask);
    }
}
