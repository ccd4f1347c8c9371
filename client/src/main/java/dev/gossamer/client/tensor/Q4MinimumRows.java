package dev.gossamer.client.tensor;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/** Blocks of 32 4-bit integers with a scale and a minimum (Q4_1), by the Vector API. */
final class Q4MinimumRows implements RowFormat {
    private static final int VALUES = 32;
    private static final int BYTES = 20;
    private static final int HALF = 16;
    private static final IntVector NIBBLES = IntVector.broadcast(Lanes.I, 0xF);

    /** Vectors that a block is taken in. */
    private static final int STEPS = HALF / Lanes.LANES;

    @Override
    public void decode(long row, long to, int n) {
        for (int b = 0; b < n / VALUES; b++) {
            decodeBlock(row + (long) b * BYTES, to + 4L * b * VALUES);
        }
    }

    private static void decodeBlock(long block, long to) {
        FloatVector d = Lanes.broadcast(ScalarFormat.half(block));
        FloatVector m = Lanes.broadcast(ScalarFormat.half(block + 2));
        for (int i = 0; i < HALF; i += Lanes.LANES) {
            IntVector pairs = Narrow.unsigned(block + 4 + i);
            Lanes.store(lower(pairs).mul(d).add(m), to + 4L * i);
            Lanes.store(upper(pairs).mul(d).add(m), to + 4L * (HALF + i));
        }
    }

    private static FloatVector lower(IntVector pairs) {
        return Narrow.floats(pairs.and(NIBBLES));
    }

    private static FloatVector upper(IntVector pairs) {
        return Narrow.floats(pairs.lanewise(VectorOperators.LSHR, 4));
    }

    /** The minimum is the same for all of a block, so it is multiplied by their total. */
    private static FloatVector add(
            FloatVector sum, long block, int i, FloatVector x0, FloatVector x1, FloatVector total) {
        FloatVector d = Lanes.broadcast(ScalarFormat.half(block));
        FloatVector m = Lanes.broadcast(ScalarFormat.half(block + 2));
        IntVector pairs = Narrow.unsigned(block + 4 + i);
        FloatVector part = upper(pairs).fma(x1, lower(pairs).mul(x0));
        return total.fma(m, part.fma(d, sum));
    }

    /** Two sums in turn, lest each addition waits for the one before. */
    @Override
    public float dot(long row, long x, int n) {
        FloatVector even = FloatVector.zero(Lanes.S);
        FloatVector odd = FloatVector.zero(Lanes.S);
        for (int s = 0; s < n / VALUES * STEPS; s++) {
            int i = s % STEPS * Lanes.LANES;
            long v = x + s / STEPS * (4L * VALUES) + 4L * i;
            FloatVector x0 = Lanes.load(v);
            FloatVector x1 = Lanes.load(v + 4 * HALF);
            FloatVector total = x0.add(x1);
            FloatVector next = add(even, row + s / STEPS * (long) BYTES, i, x0, x1, total);
            even = odd;
            odd = next;
        }
        return Lanes.sum(even.add(odd));
    }
}
