package dev.gossamer.client.tensor;

import dev.gossamer.client.weights.BlockType;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The commonest blocks of GGUF files, by the Vector API; the layouts are drawn where the files are
 * read.
 *
 * <p>Products round where the scalar decoding rounds, so that a decoded row is equal to it bit for
 * bit.
 */
enum BlockFormat implements RowFormat {
    /** 8-bit integers with a scale. */
    Q8_0(BlockType.Q8_0) {
        @Override
        void decodeBlock(long block, long to) {
            FloatVector d = Lanes.broadcast(ScalarFormat.half(block));
            for (int i = 0; i < SMALL; i += Lanes.LANES) {
                Lanes.store(Narrow.signed(block + 2 + i).mul(d), to + 4L * i);
            }
        }

        @Override
        FloatVector add(FloatVector sum, long block, long x) {
            FloatVector part = Lanes.ZERO;
            for (int i = 0; i < SMALL; i += Lanes.LANES) {
                part = Narrow.signed(block + 2 + i).fma(Lanes.load(x + 4L * i), part);
            }
            return part.fma(Lanes.broadcast(ScalarFormat.half(block)), sum);
        }
    },
    /** 4-bit integers about 8 with a scale. */
    Q4_0(BlockType.Q4_0) {
        @Override
        void decodeBlock(long block, long to) {
            FloatVector d = Lanes.broadcast(ScalarFormat.half(block));
            for (int i = 0; i < HALF; i += Lanes.LANES) {
                IntVector pairs = Narrow.unsigned(block + 2 + i);
                Lanes.store(Narrow.floats(pairs.and(NIBBLES).sub(EIGHT)).mul(d), to + 4L * i);
                IntVector upper = pairs.lanewise(VectorOperators.LSHR, 4).sub(EIGHT);
                Lanes.store(Narrow.floats(upper).mul(d), to + 4L * (HALF + i));
            }
        }

        @Override
        FloatVector add(FloatVector sum, long block, long x) {
            FloatVector part = Lanes.ZERO;
            for (int i = 0; i < HALF; i += Lanes.LANES) {
                IntVector pairs = Narrow.unsigned(block + 2 + i);
                FloatVector lower = Narrow.floats(pairs.and(NIBBLES).sub(EIGHT));
                FloatVector upper =
                        Narrow.floats(pairs.lanewise(VectorOperators.LSHR, 4).sub(EIGHT));
                part = lower.fma(Lanes.load(x + 4L * i), part);
                part = upper.fma(Lanes.load(x + 4L * (HALF + i)), part);
            }
            return part.fma(Lanes.broadcast(ScalarFormat.half(block)), sum);
        }
    },
    /** 4-bit integers with a scale and a minimum. */
    Q4_1(BlockType.Q4_1) {
        @Override
        void decodeBlock(long block, long to) {
            FloatVector d = Lanes.broadcast(ScalarFormat.half(block));
            FloatVector m = Lanes.broadcast(ScalarFormat.half(block + 2));
            for (int i = 0; i < HALF; i += Lanes.LANES) {
                IntVector pairs = Narrow.unsigned(block + 4 + i);
                Lanes.store(Narrow.floats(pairs.and(NIBBLES)).mul(d).add(m), to + 4L * i);
                IntVector upper = pairs.lanewise(VectorOperators.LSHR, 4);
                Lanes.store(Narrow.floats(upper).mul(d).add(m), to + 4L * (HALF + i));
            }
        }

        @Override
        FloatVector add(FloatVector sum, long block, long x) {
            FloatVector part = Lanes.ZERO;
            FloatVector total = Lanes.ZERO;
            for (int i = 0; i < HALF; i += Lanes.LANES) {
                IntVector pairs = Narrow.unsigned(block + 4 + i);
                FloatVector x0 = Lanes.load(x + 4L * i);
                FloatVector x1 = Lanes.load(x + 4L * (HALF + i));
                part = Narrow.floats(pairs.and(NIBBLES)).fma(x0, part);
                part = Narrow.floats(pairs.lanewise(VectorOperators.LSHR, 4)).fma(x1, part);
                total = total.add(x0.add(x1));
            }
            FloatVector scaled = part.fma(Lanes.broadcast(ScalarFormat.half(block)), sum);
            return total.fma(Lanes.broadcast(ScalarFormat.half(block + 2)), scaled);
        }
    };

    private static final int SMALL = 32;
    private static final int HALF = 16;
    private static final IntVector NIBBLES = IntVector.broadcast(Lanes.I, 0xF);
    private static final IntVector EIGHT = IntVector.broadcast(Lanes.I, 8);

    private final int values;
    private final int bytes;

    BlockFormat(BlockType type) {
        values = type.blockValues();
        bytes = type.blockBytes();
    }

    abstract void decodeBlock(long block, long to);

    /** {@code sum} and the products of one block's values with {@code x}, lane by lane. */
    abstract FloatVector add(FloatVector sum, long block, long x);

    @Override
    public void decode(long row, long to, int n) {
        for (int b = 0; b < n / values; b++) {
            decodeBlock(row + (long) b * bytes, to + 4L * b * values);
        }
    }

    @Override
    public float dot(long row, long x, int n) {
        FloatVector sum = Lanes.ZERO;
        for (int b = 0; b < n / values; b++) {
            sum = add(sum, row + (long) b * bytes, x + 4L * b * values);
        }
        return Lanes.sum(sum);
    }
}
