package dev.gossamer.client.tensor;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Blocks of eight groups of 32 4-bit integers, each group with a scale and a minimum of 6 bits
 * (Q4_K), by the Vector API: two groups share 32 bytes.
 */
final class Q4GroupedRows implements RowFormat {
    private static final int VALUES = 256;
    private static final int BYTES = 144;
    private static final int GROUP = 32;
    private static final int PAIRS = 4;
    private static final int SCALES = 4;
    private static final int NIBBLE_BYTES = 16;
    private static final IntVector NIBBLES = IntVector.broadcast(Lanes.I, 0xF);

    /** Vectors that two groups are taken in, and those of a block. */
    private static final int STEPS = GROUP / Lanes.LANES;

    private static final int BLOCK_STEPS = PAIRS * STEPS;

    @Override
    public void decode(long row, long to, int n) {
        for (int s = 0; s < n / VALUES * BLOCK_STEPS; s++) {
            long block = row + s / BLOCK_STEPS * (long) BYTES;
            int pair = s / STEPS % PAIRS;
            int i = s % STEPS * Lanes.LANES;
            long at = to + 4L * (s / STEPS * 2L * GROUP + i);
            IntVector nibbles = Narrow.unsigned(block + NIBBLE_BYTES + (long) pair * GROUP + i);
            Lanes.store(scaled(nibbles.and(NIBBLES), block, 2 * pair), at);
            IntVector upper = nibbles.lanewise(VectorOperators.LSHR, 4);
            Lanes.store(scaled(upper, block, 2 * pair + 1), at + 4 * GROUP);
        }
    }

    private static FloatVector scaled(IntVector q, long block, int group) {
        float scale = ScalarFormat.half(block) * scale(block + SCALES, group);
        float minimum = ScalarFormat.half(block + 2) * minimum(block + SCALES, group);
        return Narrow.floats(q).mul(Lanes.broadcast(scale)).sub(Lanes.broadcast(minimum));
    }

    private static int scale(long scales, int group) {
        return group < 4
                ? bits(scales + group) & 0x3F
                : (bits(scales + group + 4) & 0xF) | (bits(scales + group - 4) >> 6 << 4);
    }

    private static int minimum(long scales, int group) {
        return group < 4
                ? bits(scales + group + 4) & 0x3F
                : (bits(scales + group + 4) >> 4) | (bits(scales + group) >> 6 << 4);
    }

    private static int bits(long at) {
        return Byte.toUnsignedInt(ScalarFormat.signed(at));
    }

    @Override
    public float dot(long row, long x, int n) {
        FloatVector sum = FloatVector.zero(Lanes.S);
        for (int s = 0; s < n / VALUES * BLOCK_STEPS; s++) {
            long block = row + s / BLOCK_STEPS * (long) BYTES;
            int pair = s / STEPS % PAIRS;
            int i = s % STEPS * Lanes.LANES;
            long at = x + 4L * (s / STEPS * 2L * GROUP + i);
            IntVector nibbles = Narrow.unsigned(block + NIBBLE_BYTES + (long) pair * GROUP + i);
            FloatVector lower = scaled(nibbles.and(NIBBLES), block, 2 * pair);
            sum = lower.fma(Lanes.load(at), sum);
            IntVector high = nibbles.lanewise(VectorOperators.LSHR, 4);
            sum = scaled(high, block, 2 * pair + 1).fma(Lanes.load(at + 4 * GROUP), sum);
        }
        return Lanes.sum(sum);
    }
}
