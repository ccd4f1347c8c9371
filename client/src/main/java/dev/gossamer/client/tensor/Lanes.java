package dev.gossamer.client.tensor;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

import java.nio.ByteOrder;

/**
 * What the vector kernels share: vectors at raw addresses, sums in a fixed order, the exponential.
 *
 * <p>Lanes are summed by a fixed tree of shuffles, because {@code reduceLanes} may add in another
 * order once compiled, and a run must not depend on how warm it is. Constants are vectors, not
 * numbers: each number would be spread by code of its own, and past the compiler's budget of nodes
 * vectors are boxed.
 */
final class Lanes {
    static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    static final VectorSpecies<Integer> I = IntVector.SPECIES_PREFERRED;
    static final int LANES = S.length();
    static final long STEP = (long) LANES * Float.BYTES;
    static final ByteOrder ORDER = ByteOrder.nativeOrder();
    static final VectorShuffle<Float> HALF = rotation(LANES / 2);
    static final VectorShuffle<Float> QUARTER = rotation(LANES / 4);
    static final VectorShuffle<Float> EIGHTH = rotation(LANES / 8);
    static final VectorShuffle<Float> SIXTEENTH = rotation(LANES / 16);

    static final FloatVector ZERO = broadcast(0);
    static final FloatVector HALF_ONE = broadcast(0.5);
    static final FloatVector ONE = broadcast(1);

    private static final FloatVector MINUS_LOG2_E = broadcast(-1.442695041);
    private static final FloatVector LN2_HIGH = broadcast(0.693359375);
    private static final FloatVector LN2_LOW = broadcast(-2.12194440e-4);
    private static final FloatVector EXP_3 = broadcast(1.6666665459e-1);
    private static final FloatVector EXP_4 = broadcast(4.1665795894e-2);
    private static final FloatVector EXP_5 = broadcast(8.3334519073e-3);
    private static final FloatVector EXP_6 = broadcast(1.3981999507e-3);
    private static final FloatVector EXP_7 = broadcast(1.9875691500e-4);
    private static final FloatVector EXP_2 = broadcast(5.0000001201e-1);

    /** Adding it rounds to an integer and leaves that integer in the low bits: 1.5 · 2^23. */
    private static final FloatVector ROUNDER = broadcast(12582912);

    /**
     * The bits of 87: one more makes the exponential less than the least normal number. The bits of
     * floats that are not negative have the order of the floats.
     */
    private static final IntVector GREATEST = broadcast(87).reinterpretAsInts();

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

    /** The exponential of {@code -x}, for {@code x} that are not negative, to 2.5e-7 relative. */
    static FloatVector expOfMinus(FloatVector x) {
        FloatVector bounded = x.reinterpretAsInts().min(GREATEST).reinterpretAsFloats();
        FloatVector k = bounded.fma(MINUS_LOG2_E, ROUNDER);
        FloatVector n = k.sub(ROUNDER);
        FloatVector r = n.fma(LN2_LOW, n.fma(LN2_HIGH, bounded)).neg();
        return expPolynomial(r)
                .reinterpretAsInts()
                .add(k.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23))
                .reinterpretAsFloats();
    }

    private static FloatVector expPolynomial(FloatVector r) {
        FloatVector p = r.fma(EXP_7, EXP_6);
        p = p.fma(r, EXP_5);
        p = p.fma(r, EXP_4);
        p = p.fma(r, EXP_3);
        p = p.fma(r, EXP_2);
        return p.fma(r.mul(r), r).add(ONE);
    }

    static FloatVector broadcast(double value) {
        return FloatVector.broadcast(S, (float) value);
    }

    /** The logistic function. */
    static FloatVector sigmoid(FloatVector x) {
        FloatVector e = expOfMinus(x.abs());
        FloatVector upper = ONE.div(e.add(ONE));
        return upper.blend(upper.mul(e), x.compare(VectorOperators.LT, ZERO));
    }
}
