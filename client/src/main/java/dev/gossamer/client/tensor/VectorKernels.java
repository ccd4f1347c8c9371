package dev.gossamer.client.tensor;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

import java.nio.ByteOrder;

/**
 * The kernels by the Vector API.
 *
 * <p>Methods are small on purpose: past the compiler's inlining budget vectors are boxed, and a
 * kernel becomes ten to a hundred times slower. Lanes are summed by a fixed tree of shuffles,
 * because {@code reduceLanes} may add in another order once compiled, and a run must not depend on
 * how warm it is.
 */
final class VectorKernels implements Kernels {
    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = S.length();
    private static final long STEP = (long) LANES * Float.BYTES;
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();
    private static final VectorShuffle<Float> HALF = rotation(LANES / 2);
    private static final VectorShuffle<Float> QUARTER = rotation(LANES / 4);
    private static final VectorShuffle<Float> EIGHTH = rotation(LANES / 8);
    private static final VectorShuffle<Float> SIXTEENTH = rotation(LANES / 16);

    private static final float LOG2_E = (float) 1.442695041;
    private static final float LN2_HIGH = (float) 0.693359375;
    private static final float LN2_LOW = (float) -2.12194440e-4;

    /** The normal density at 0. */
    private static final float DENSITY = (float) 0.3989422804014327;

    /** Adding it rounds to an integer and leaves that integer in the low bits: 1.5 · 2^23. */
    private static final float ROUNDER = 12582912f;

    /** Below it the exponential is less than the least normal number. */
    private static final float LEAST_EXPONENT = -87f;

    private static VectorShuffle<Float> rotation(int by) {
        return VectorShuffle.fromOp(S, lane -> (lane + by) % LANES);
    }

    private static FloatVector load(long x) {
        return FloatVector.fromMemorySegment(S, Tensor.MEMORY, x, ORDER);
    }

    private static FloatVector load(long x, VectorMask<Float> mask) {
        return FloatVector.fromMemorySegment(S, Tensor.MEMORY, x, ORDER, mask);
    }

    private static void store(FloatVector v, long x) {
        v.intoMemorySegment(Tensor.MEMORY, x, ORDER);
    }

    private static void store(FloatVector v, long x, VectorMask<Float> mask) {
        v.intoMemorySegment(Tensor.MEMORY, x, ORDER, mask);
    }

    private static VectorMask<Float> tail(int n) {
        return S.indexInRange(0, n % LANES);
    }

    /** Where whole vectors of {@code n} values from {@code x} on end. */
    private static long whole(long x, int n) {
        return x + 4L * S.loopBound(n);
    }

    private static float sum(FloatVector v) {
        FloatVector sum = v.add(v.rearrange(HALF));
        sum = sum.add(sum.rearrange(QUARTER));
        sum = LANES >= 8 ? sum.add(sum.rearrange(EIGHTH)) : sum;
        sum = LANES >= 16 ? sum.add(sum.rearrange(SIXTEENTH)) : sum;
        return sum.lane(0);
    }

    /** The exponential of values of at most 88, to 2.5e-7 relative. */
    static FloatVector exp(FloatVector x) {
        FloatVector bounded = x.max(LEAST_EXPONENT);
        FloatVector k = bounded.fma(broadcast(LOG2_E), broadcast(ROUNDER));
        FloatVector n = k.sub(ROUNDER);
        FloatVector r = n.fma(broadcast(-LN2_HIGH), bounded);
        r = n.fma(broadcast(-LN2_LOW), r);
        FloatVector p = expPolynomial(r);
        return p.reinterpretAsInts()
                .add(k.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23))
                .reinterpretAsFloats();
    }

    private static FloatVector expPolynomial(FloatVector r) {
        FloatVector p = r.fma(broadcast(1.9875691500e-4), broadcast(1.3981999507e-3));
        p = p.fma(r, broadcast(8.3334519073e-3));
        p = p.fma(r, broadcast(4.1665795894e-2));
        p = p.fma(r, broadcast(1.6666665459e-1));
        p = p.fma(r, broadcast(5.0000001201e-1));
        return p.fma(r.mul(r), r).add(1f);
    }

    private static FloatVector broadcast(double value) {
        return FloatVector.broadcast(S, (float) value);
    }

    @Override
    public void gelu(long x, long y, long slope, int n) {
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

    @Override
    public void multiplyInPlace(long x, long y, int n) {
        long end = whole(x, n);
        long toY = y - x;
        long i = x;
        for (; i < end; i += STEP) {
            store(load(i).mul(load(i + toY)), i);
        }
        if (n % LANES != 0) {
            VectorMask<Float> mask = tail(n);
            store(load(i, mask).mul(load(i + toY, mask)), i, mask);
        }
    }

    @Override
    public void addInPlace(long x, long y, int n) {
        addScaledInPlace(x, y, 1f, n);
    }

    @Override
    public void addScaledInPlace(long y, long x, float scale, int n) {
        FloatVector factor = broadcast(scale);
        long end = whole(x, n);
        long toY = y - x;
        long i = x;
        for (; i < end; i += STEP) {
            store(load(i).fma(factor, load(i + toY)), i + toY);
        }
        if (n % LANES != 0) {
            VectorMask<Float> mask = tail(n);
            store(load(i, mask).fma(factor, load(i + toY, mask)), i + toY, mask);
        }
    }

    @Override
    public float layerNorm(
            long x, long residual, long hat, long y, long gain, long bias, int n, float epsilon) {
        float mean = addAndSum(x, residual, hat, n) / n;
        float variance = centreAndSquare(hat, mean, n) / n;
        float inverse = (float) (1 / Math.sqrt((double) variance + epsilon));
        scaleAndShift(hat, inverse, y, gain, bias, n);
        return inverse;
    }

    private static float addAndSum(long x, long residual, long hat, int n) {
        FloatVector sum = FloatVector.zero(S);
        long end = whole(x, n);
        long i = x;
        for (; i < end; i += STEP) {
            FloatVector v = load(i).add(load(i - x + residual));
            store(v, i - x + hat);
            sum = sum.add(v);
        }
        if (n % LANES != 0) {
            VectorMask<Float> mask = tail(n);
            FloatVector v = load(i, mask).add(load(i - x + residual, mask));
            store(v, i - x + hat, mask);
            sum = sum.add(v);
        }
        return sum(sum);
    }

    private static float centreAndSquare(long hat, float mean, int n) {
        FloatVector sum = FloatVector.zero(S);
        long end = whole(hat, n);
        long i = hat;
        for (; i < end; i += STEP) {
            FloatVector v = load(i).sub(mean);
            store(v, i);
            sum = v.fma(v, sum);
        }
        if (n % LANES != 0) {
            VectorMask<Float> mask = tail(n);
            FloatVector v = load(i, mask).sub(mean, mask);
            store(v, i, mask);
            sum = v.fma(v, sum);
        }
        return sum(sum);
    }

    private static void scaleAndShift(
            long hat, float inverse, long y, long gain, long bias, int n) {
        long end = whole(hat, n);
        long i = hat;
        for (; i < end; i += STEP) {
            FloatVector v = load(i).mul(inverse);
            store(v, i);
            store(v.fma(load(i - hat + gain), load(i - hat + bias)), i - hat + y);
        }
        if (n % LANES != 0) {
            VectorMask<Float> mask = tail(n);
            FloatVector v = load(i, mask).mul(inverse);
            store(v, i, mask);
            store(v.fma(load(i - hat + gain, mask), load(i - hat + bias, mask)), i - hat + y, mask);
        }
    }

    @Override
    public void layerNormBackward(long dy, long hat, long gain, float inverse, long dx, int n) {
        float mean = dot(dy, gain, n) / n;
        float projection = dot(dy, gain, hat, n) / n;
        long end = whole(dy, n);
        long i = dy;
        for (; i < end; i += STEP) {
            FloatVector g = load(i).mul(load(i - dy + gain)).sub(mean);
            FloatVector v = load(i - dy + hat).fma(broadcast(-projection), g);
            store(v.mul(inverse), i - dy + dx);
        }
        if (n % LANES != 0) {
            VectorMask<Float> mask = tail(n);
            FloatVector g = load(i, mask).mul(load(i - dy + gain, mask)).sub(mean);
            FloatVector v = load(i - dy + hat, mask).fma(broadcast(-projection), g);
            store(v.mul(inverse), i - dy + dx, mask);
        }
    }

    private static float dot(long x, long y, int n) {
        FloatVector sum = FloatVector.zero(S);
        long end = whole(x, n);
        long i = x;
        for (; i < end; i += STEP) {
            sum = load(i).fma(load(i - x + y), sum);
        }
        if (n % LANES != 0) {
            VectorMask<Float> mask = tail(n);
            sum = load(i, mask).fma(load(i - x + y, mask), sum);
        }
        return sum(sum);
    }

    private static float dot(long x, long y, long z, int n) {
        FloatVector sum = FloatVector.zero(S);
        long end = whole(x, n);
        long i = x;
        for (; i < end; i += STEP) {
            sum = load(i).mul(load(i - x + y)).fma(load(i - x + z), sum);
        }
        if (n % LANES != 0) {
            VectorMask<Float> mask = tail(n);
            sum = load(i, mask).mul(load(i - x + y, mask)).fma(load(i - x + z, mask), sum);
        }
        return sum(sum);
    }

    @Override
    public void softmaxInPlace(long x, int n) {
        float sum = expAndSum(x, greatest(x, n), n);
        scaleInPlace(x, 1f / sum, n);
    }

    private static float greatest(long x, int n) {
        FloatVector max = broadcast(Float.NEGATIVE_INFINITY);
        long end = whole(x, n);
        long i = x;
        for (; i < end; i += STEP) {
            max = max.max(load(i));
        }
        if (n % LANES != 0) {
            VectorMask<Float> mask = tail(n);
            max = max.lanewise(VectorOperators.MAX, load(i, mask), mask);
        }
        return max.reduceLanes(VectorOperators.MAX);
    }

    private static float expAndSum(long x, float max, int n) {
        FloatVector sum = FloatVector.zero(S);
        long end = whole(x, n);
        long i = x;
        for (; i < end; i += STEP) {
            FloatVector e = exp(load(i).sub(max));
            store(e, i);
            sum = sum.add(e);
        }
        if (n % LANES != 0) {
            VectorMask<Float> mask = tail(n);
            FloatVector e = exp(load(i, mask).sub(max));
            store(e, i, mask);
            sum = sum.add(e, mask);
        }
        return sum(sum);
    }

    private static void scaleInPlace(long x, float factor, int n) {
        long end = whole(x, n);
        long i = x;
        for (; i < end; i += STEP) {
            store(load(i).mul(factor), i);
        }
        if (n % LANES != 0) {
            VectorMask<Float> mask = tail(n);
            store(load(i, mask).mul(factor), i, mask);
        }
    }

    @Override
    public void softmaxBackwardInPlace(long p, long dp, float scale, int n) {
        float dot = dot(p, dp, n);
        long end = whole(p, n);
        long i = p;
        for (; i < end; i += STEP) {
            FloatVector v = load(i - p + dp).sub(dot).mul(load(i));
            store(v.mul(scale), i - p + dp);
        }
        if (n % LANES != 0) {
            VectorMask<Float> mask = tail(n);
            FloatVector v = load(i - p + dp, mask).sub(dot).mul(load(i, mask));
            store(v.mul(scale), i - p + dp, mask);
        }
    }
}
