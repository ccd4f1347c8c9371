package dev.gossamer.client.tensor;

import static dev.gossamer.client.tensor.Lanes.HALF_ONE;
import static dev.gossamer.client.tensor.Lanes.LANES;
import static dev.gossamer.client.tensor.Lanes.ONE;
import static dev.gossamer.client.tensor.Lanes.STEP;
import static dev.gossamer.client.tensor.Lanes.ZERO;
import static dev.gossamer.client.tensor.Lanes.broadcast;
import static dev.gossamer.client.tensor.Lanes.expOfMinus;
import static dev.gossamer.client.tensor.Lanes.load;
import static dev.gossamer.client.tensor.Lanes.sigmoid;
import static dev.gossamer.client.tensor.Lanes.store;
import static dev.gossamer.client.tensor.Lanes.tail;
import static dev.gossamer.client.tensor.Lanes.whole;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * The activations by the Vector API: each writes its value to {@code y} and its derivative to
 * {@code slope}, which may be {@code x} itself.
 */
final class VectorActivations {
    /** The normal density at 0. */
    private static final FloatVector DENSITY = broadcast(0.3989422804014327);

    private static final FloatVector PHI_T = broadcast(0.3275911 * 0.70710678);
    private static final FloatVector PHI_1 = broadcast(-0.5 * 0.254829592);
    private static final FloatVector PHI_2 = broadcast(0.5 * 0.284496736);
    private static final FloatVector PHI_3 = broadcast(-0.5 * 1.421413741);
    private static final FloatVector PHI_4 = broadcast(0.5 * 1.453152027);
    private static final FloatVector PHI_5 = broadcast(-0.5 * 1.061405429);
    private static final IntVector SIGN = broadcast(-0.0).reinterpretAsInts();
    private static final FloatVector MINUS_ONE = broadcast(-1);
    private static final FloatVector TWO = broadcast(2);

    /** Twice the square root of 2 / pi: the tanh of GELU's argument as a logistic function's. */
    private static final FloatVector LINEAR = broadcast(1.5957691216057308);

    private static final FloatVector CUBIC = broadcast(1.5957691216057308 * 0.044715);
    private static final FloatVector CUBIC_SLOPE = broadcast(3 * 1.5957691216057308 * 0.044715);

    private VectorActivations() {}

    static void gelu(long x, long y, long slope, int n) {
        long end = whole(x, n);
        long toY = y - x;
        long toSlope = slope - x;
        long i = x;
        for (; i < end; i += STEP) {
            FloatVector v = load(i);
            FloatVector e = expOfMinus(v.mul(v).mul(HALF_ONE));
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
        FloatVector e = expOfMinus(v.mul(v).mul(HALF_ONE));
        FloatVector phi = phi(v, e);
        store(v.mul(phi), y, mask);
        store(e.mul(DENSITY).fma(v, phi), slope, mask);
    }

    /**
     * The normal distribution function, by Abramowitz and Stegun 7.1.26, {@code e = exp(-x²/2)}.
     */
    private static FloatVector phi(FloatVector x, FloatVector e) {
        FloatVector t = ONE.div(x.abs().fma(PHI_T, ONE));
        FloatVector p = t.fma(PHI_5, PHI_4);
        p = p.fma(t, PHI_3);
        p = p.fma(t, PHI_2);
        p = p.fma(t, PHI_1);
        FloatVector half = p.mul(t).fma(e, HALF_ONE);
        IntVector sign = x.reinterpretAsInts().and(SIGN);
        return half.reinterpretAsInts().or(sign).reinterpretAsFloats().add(HALF_ONE);
    }

    static void geluTanh(long x, long y, long slope, int n) {
        long end = whole(x, n);
        long i = x;
        for (; i < end; i += STEP) {
            FloatVector v = load(i);
            FloatVector squared = v.mul(v);
            FloatVector gate = sigmoid(squared.fma(CUBIC, LINEAR).mul(v));
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
        FloatVector gate = sigmoid(squared.fma(CUBIC, LINEAR).mul(v));
        store(v.mul(gate), y, mask);
        store(geluTanhSlope(v, squared, gate), slope, mask);
    }

    private static FloatVector geluTanhSlope(FloatVector x, FloatVector squared, FloatVector gate) {
        FloatVector inner = squared.fma(CUBIC_SLOPE, LINEAR);
        return gate.mul(ONE.sub(gate)).mul(inner).fma(x, gate);
    }

    static void silu(long x, long y, long slope, int n) {
        long end = whole(x, n);
        long i = x;
        for (; i < end; i += STEP) {
            FloatVector v = load(i);
            FloatVector gate = sigmoid(v);
            FloatVector value = v.mul(gate);
            store(value, i - x + y);
            store(value.fma(ONE.sub(gate), gate), i - x + slope);
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
        store(value.fma(ONE.sub(gate), gate), slope, mask);
    }

    static void relu(long x, long y, long slope, int n) {
        long end = whole(x, n);
        long i = x;
        for (; i < end; i += STEP) {
            FloatVector v = load(i);
            store(ZERO.blend(v, v.compare(VectorOperators.GT, ZERO)), i - x + y);
            store(ZERO.blend(ONE, v.compare(VectorOperators.GT, ZERO)), i - x + slope);
        }
        if (n % LANES != 0) {
            reluTail(i, i - x + y, i - x + slope, tail(n));
        }
    }

    private static void reluTail(long x, long y, long slope, VectorMask<Float> mask) {
        FloatVector v = load(x, mask);
        store(ZERO.blend(v, v.compare(VectorOperators.GT, ZERO)), y, mask);
        store(ZERO.blend(ONE, v.compare(VectorOperators.GT, ZERO)), slope, mask);
    }

    static void tanh(long x, long y, long slope, int n) {
        long end = whole(x, n);
        long i = x;
        for (; i < end; i += STEP) {
            FloatVector v = load(i);
            FloatVector value = sigmoid(v.mul(TWO)).fma(TWO, MINUS_ONE);
            store(value, i - x + y);
            store(value.neg().fma(value, ONE), i - x + slope);
        }
        if (n % LANES != 0) {
            tanhTail(i, i - x + y, i - x + slope, tail(n));
        }
    }

    private static void tanhTail(long x, long y, long slope, VectorMask<Float> mask) {
        FloatVector v = load(x, mask);
        FloatVector value = sigmoid(v.mul(TWO)).fma(TWO, MINUS_ONE);
        store(value, y, mask);
        store(value.neg().fma(value, ONE), slope, mask);
    }
}
