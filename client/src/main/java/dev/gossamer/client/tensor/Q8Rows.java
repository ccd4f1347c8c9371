package dev.gossamer.client.tensor;

import jdk.incubator.vector.FloatVector;

/** Blocks of 32 8-bit integers with a scale (Q8_0), by the Vector API. */
final class Q8Rows implements RowFormat {
    private static final int VALUES = 32;
    private static final int BYTES = 34;
    private static final int HALF = 16;

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
        for (int i = 0; i < VALUES; i += Lanes.LANES) {
            Lanes.store(Narrow.signed(block + 2 + i).mul(d), to + 4L * i);
        }
    }

    private static FloatVector add(
            FloatVector sum, long block, int i, FloatVector x0, FloatVector x1) {
        FloatVector d = Lanes.broadcast(ScalarFormat.half(block));
        FloatVector lower = Narrow.signed(block + 2 + i).mul(x0);
        return Narrow.signed(block + 2 + HALF + i).fma(x1, lower).fma(d, sum);
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
            FloatVector next = add(even, row + s / STEPS * (long) BYTES, i, x0, x1);
            even = odd;
            odd = next;
        }
        return Lanes.sum(even.add(odd));
    }
}
