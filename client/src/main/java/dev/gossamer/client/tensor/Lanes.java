package dev.gossamer.client.tensor;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

import java.nio.ByteOrder;

/**
 * What the vector kernels share: vectors at raw addresses, sums in a fixed order, the exponential.
 *
 * <p>Lanes are summed by a fixed tree of shuffles, because {@code reduceLanes} may add in another
 * order once compiled, and a run must not depend on how warm it is.
 */
final class Lanes {
    static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    static final int LANES = S.length();
    static final long STEP = (long) LANES * Float.BYTES;
    static final ByteOrder ORDER = ByteOrder.nativeOrder();
    static final VectorShuffle<Float> HALF = rotation(LANES / 2);
    static final VectorShuffle<Float> QUARTER = rotation(LANES / 4);
    static final VectorShuffle<Float> EIGHTH = rotation(LANES / 8);
    static final VectorShuffle<Float> SIXTEENTH = rotation(LANES / 16);

    static final float LOG2_E = (float) 1.442695041;
    static final float LN2_HIGH = (float) 0.693359375;
    static final float LN2_LOW = (float) -2.12194440e-4;

    /** Adding it rounds to an integer and leaves that integer in the low bits: 1.5 · 2^23. */
    static final float ROUNDER = 12582912f;

    /** Above it the exponential is more than the greatest number. */
    static final float GREATEST_EXPONENT = 88f;

    /** Below it the exponential is less than the least normal number. */
    static final float LEAST_EXPONENT = -87f;

    private Lanes() {}

    private static VectorShuffle<Float> rotation(int by) {
        return VectorShuffle.fromOp(S, lane -> (lane + by) % LANES);
    }

    static FloatVector load(long x) {
        return FloatVector.fromMemorySegment(S, Tensor.MEMORY, x, ORDER);
    }

    static FloatVector load(long x, VectorMask<Float> mask) {
        return FloatVector.fromMemorySegment(S, Tensor.MEMORY, x, ORDER, mask);
    }

    static void store(FloatVector v, long x) {
        v.intoMemorySegment(Tensor.MEMORY, x, ORDER);
    }

    static void store(FloatVector v, long x, VectorMask<Float> mask) {
        v.intoMemorySegment(Tensor.MEMORY, x, ORDER, mask);
    }

    static VectorMask<Float> tail(int n) {
        return S.indexInRange(0, n % LANES);
    }

    /** Where whole vectors of {@code n} values from {@code x} on end. */
    static long whole(long x, int n) {
        return x + 4L * S.loopBound(n);
    }

    static float sum(FloatVector v) {
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

    static FloatVector expPolynomial(FloatVector r) {
        FloatVector p = r.fma(broadcast(1.9875691500e-4), broadcast(1.3981999507e-3));
        p = p.fma(r, broadcast(8.3334519073e-3));
        p = p.fma(r, broadcast(4.1665795894e-2));
        p = p.fma(r, broadcast(1.6666665459e-1));
        p = p.fma(r, broadcast(5.0000001201e-1));
        return p.fma(r.mul(r), r).add(1f);
    }

    static FloatVector broadcast(double value) {
        return FloatVector.broadcast(S, (float) value);
    }

    /** The logistic function. */
    static FloatVector sigmoid(FloatVector x) {
        FloatVector e = exp(x.neg().min(GREATEST_EXPONENT));
        return broadcast(1f).div(e.add(1f));
    }
}
