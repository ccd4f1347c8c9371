package dev.gossamer.client.tensor;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Blocks of sixteen groups of 16 6-bit integers about 32, each group with a scale of 8 bits (Q6_K),
 * by the Vector API: of each half of a block, four runs of 32 share 64 bytes of lower nibbles and
 * 32 bytes of upper pairs.
 */
final class Q6GroupedRows implements RowFormat {
    private static final int VALUES = 256;
    private static final int BYTES = 210;
    private static final int RUN = 32;
    private static final int RUNS = 8;
    private static final int PAIR_BYTES = 128;
    private static final int SCALES = 192;
    private static final int SCALE = 208;
    private static final int GROUP = 16;
    private static final IntVector NIBBLES = IntVector.broadcast(Lanes.I, 0xF);
    private static final IntVector PAIRS = IntVector.broadcast(Lanes.I, 0x3);
    private static final IntVector CENTRE = IntVector.broadcast(Lanes.I, 32);

    /** Vectors that a run is taken in, and those of a block. */
    private static final int STEPS = RUN / Lanes.LANES;

    private static final int BLOCK_STEPS = RUNS * STEPS;

    @Override
    public void decode(long row, long to, int n) {
        for (int s = 0; s < n / VALUES * BLOCK_STEPS; s++) {
            Lanes.store(values(row, s), to + 4L * s * Lanes.LANES);
        }
    }

    /** Vector {@code s} of a row. */
    private static FloatVector values(long row, int s) {
        long block = row + s / BLOCK_STEPS * (long) BYTES;
        int run = s / STEPS % RUNS;
        int half = run / 4;
        int within = run % 4;
        int i = s % STEPS * Lanes.LANES;
        long nibbles = block + half * 64L + within % 2 * (long) RUN + i;
        long pairs = block + PAIR_BYTES + (long) half * RUN + i;
        IntVector lower =
                Narrow.unsigned(nibbles)
                        .lanewise(VectorOperators.LSHR, within / 2 * 4)
                        .and(NIBBLES);
        IntVector upper =
                Narrow.unsigned(pairs).lanewise(VectorOperators.LSHR, within * 2).and(PAIRS);
        IntVector q = lower.or(upper.lanewise(VectorOperators.LSHL, 4)).sub(CENTRE);
        int group = (run * RUN + i) / GROUP;
        float scale =
                ScalarFormat.half(block + SCALE) * ScalarFormat.signed(block + SCALES + group);
        return Narrow.floats(q).mul(Lanes.broadcast(scale));
    }

    @Override
    public float dot(long row, long x, int n) {
        FloatVector sum = FloatVector.zero(Lanes.S);
        for (int s = 0; s < n / VALUES * BLOCK_STEPS; s++) {
            sum = values(row, s).fma(Lanes.load(x + 4L * s * Lanes.LANES), sum);
        }
        return Lanes.sum(sum);
    }
}
