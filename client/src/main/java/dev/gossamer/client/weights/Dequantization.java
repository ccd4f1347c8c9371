package dev.gossamer.client.weights;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * From blocks of ggml to fp32, every product rounded where ggml rounds it.
 *
 * <p>d, the scale, and m, the minimum, are half-precision floats. A nibble array of n bytes holds
 * the values 0 to n - 1 in the lower halves of its bytes and n to 2n - 1 in the upper ones.
 *
 * <pre>
 * Q8_0   d | 32 signed bytes                                     d q
 * Q4_0   d | 16 bytes of nibbles                                 d (q - 8)
 * Q4_1   d m | 16 bytes of nibbles                               d q + m
 * Q5_0   d | 32 fifth bits | 16 bytes of nibbles                 d (q - 16)
 * Q5_1   d m | 32 fifth bits | 16 bytes of nibbles               d q + m
 * Q4_K   d m | 12 bytes of scales | 4 × 32 bytes of nibbles      (d s) q - (m n)
 * Q5_K   d m | 12 bytes of scales | 32 bytes of fifth bits | 4 × 32 bytes of nibbles
 * Q6_K   2 × 64 bytes of lower nibbles | 2 × 32 bytes of upper bit pairs | 16 signed scales | d
 *                                                                (d s) (q - 32)
 * </pre>
 *
 * <p>In Q4_K and Q5_K, s and n are the 6-bit scale and minimum of each 32 values.
 */
final class Dequantization {
    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private static final int SMALL = 32;
    private static final int HALF = 16;
    private static final int GROUPED = 256;
    private static final int NIBBLE = 0xF;
    private static final int SIX_BITS = 63;

    private Dequantization() {}

    static void f32(MemorySegment from, long offset, int blocks, float[] into, int at) {
        MemorySegment.copy(from, FLOAT, offset, into, at, blocks);
    }

    static void f16(MemorySegment from, long offset, int blocks, float[] into, int at) {
        for (int i = 0; i < blocks; i++) {
            into[at + i] = half(from, offset + (long) i * Short.BYTES);
        }
    }

    static void bf16(MemorySegment from, long offset, int blocks, float[] into, int at) {
        for (int i = 0; i < blocks; i++) {
            short upper = from.get(SHORT, offset + (long) i * Short.BYTES);
            into[at + i] = Float.intBitsToFloat(upper << Short.SIZE);
        }
    }

    static void q8(MemorySegment from, long offset, int blocks, float[] into, int at) {
        for (int b = 0; b < blocks; b++) {
            long block = offset + (long) b * BlockType.Q8_0.blockBytes();
            float d = half(from, block);
            for (int i = 0; i < SMALL; i++) {
                into[at + b * SMALL + i] = from.get(BYTE, block + 2 + i) * d;
            }
        }
    }

    static void q4(MemorySegment from, long offset, int blocks, float[] into, int at) {
        for (int b = 0; b < blocks; b++) {
            long block = offset + (long) b * BlockType.Q4_0.blockBytes();
            float d = half(from, block);
            for (int i = 0; i < HALF; i++) {
                int pair = unsigned(from, block + 2 + i);
                into[at + b * SMALL + i] = ((pair & NIBBLE) - 8) * d;
                into[at + b * SMALL + HALF + i] = ((pair >> 4) - 8) * d;
            }
        }
    }

    static void q4WithMinimum(MemorySegment from, long offset, int blocks, float[] into, int at) {
        for (int b = 0; b < blocks; b++) {
            long block = offset + (long) b * BlockType.Q4_1.blockBytes();
            float d = half(from, block);
            float m = half(from, block + 2);
            for (int i = 0; i < HALF; i++) {
                int pair = unsigned(from, block + 4 + i);
                into[at + b * SMALL + i] = (pair & NIBBLE) * d + m;
                into[at + b * SMALL + HALF + i] = (pair >> 4) * d + m;
            }
        }
    }

    static void q5(MemorySegment from, long offset, int blocks, float[] into, int at) {
        for (int b = 0; b < blocks; b++) {
            long block = offset + (long) b * BlockType.Q5_0.blockBytes();
            float d = half(from, block);
            int fifth = from.get(INT, block + 2);
            for (int i = 0; i < HALF; i++) {
                int pair = unsigned(from, block + 6 + i);
                into[at + b * SMALL + i] = (lower(pair, fifth, i) - 16) * d;
                into[at + b * SMALL + HALF + i] = (upper(pair, fifth, i) - 16) * d;
            }
        }
    }

    static void q5WithMinimum(MemorySegment from, long offset, int blocks, float[] into, int at) {
        for (int b = 0; b < blocks; b++) {
            long block = offset + (long) b * BlockType.Q5_1.blockBytes();
            float d = half(from, block);
            float m = half(from, block + 2);
            int fifth = from.get(INT, block + 4);
            for (int i = 0; i < HALF; i++) {
                int pair = unsigned(from, block + 8 + i);
                into[at + b * SMALL + i] = lower(pair, fifth, i) * d + m;
                into[at + b * SMALL + HALF + i] = upper(pair, fifth, i) * d + m;
            }
        }
    }

    static void q4Grouped(MemorySegment from, long offset, int blocks, float[] into, int at) {
        for (int b = 0; b < blocks; b++) {
            long block = offset + (long) b * BlockType.Q4_K.blockBytes();
            float d = half(from, block);
            float m = half(from, block + 2);
            for (int group = 0; group < 8; group++) {
                float scale = d * scale(from, block + 4, group);
                float minimum = m * minimum(from, block + 4, group);
                long nibbles = block + 16 + group / 2 * (long) SMALL;
                int shift = group % 2 * 4;
                int to = at + b * GROUPED + group * SMALL;
                for (int i = 0; i < SMALL; i++) {
                    int q = (unsigned(from, nibbles + i) >> shift) & NIBBLE;
                    into[to + i] = scale * q - minimum;
                }
            }
        }
    }

    static void q5Grouped(MemorySegment from, long offset, int blocks, float[] into, int at) {
        for (int b = 0; b < blocks; b++) {
            long block = offset + (long) b * BlockType.Q5_K.blockBytes();
            float d = half(from, block);
            float m = half(from, block + 2);
            for (int group = 0; group < 8; group++) {
                float scale = d * scale(from, block + 4, group);
                float minimum = m * minimum(from, block + 4, group);
                long nibbles = block + 48 + group / 2 * (long) SMALL;
                int shift = group % 2 * 4;
                int to = at + b * GROUPED + group * SMALL;
                for (int i = 0; i < SMALL; i++) {
                    int q = (unsigned(from, nibbles + i) >> shift) & NIBBLE;
                    int fifth = (unsigned(from, block + 16 + i) >> group) & 1;
                    into[to + i] = scale * (q + (fifth << 4)) - minimum;
                }
            }
        }
    }

    static void q6Grouped(MemorySegment from, long offset, int blocks, float[] into, int at) {
        for (int b = 0; b < blocks; b++) {
            long block = offset + (long) b * BlockType.Q6_K.blockBytes();
            float d = half(from, block + 208);
            for (int i = 0; i < GROUPED; i++) {
                // Each half of the block is four runs of 32: the runs share 64 bytes of nibbles,
                // the first two the lower halves, and 32 bytes of bit pairs.
                int half = i / 128;
                int run = i % 128 / SMALL;
                int nibbles = half * 64 + run % 2 * SMALL + i % SMALL;
                int lower = (unsigned(from, block + nibbles) >> (run / 2 * 4)) & NIBBLE;
                int pairs = 128 + half * SMALL + i % SMALL;
                int pair = (unsigned(from, block + pairs) >> (run * 2)) & 3;
                float scale = d * from.get(BYTE, block + 192 + i / HALF);
                into[at + b * GROUPED + i] = scale * ((lower | (pair << 4)) - 32);
            }
        }
    }

    private static int lower(int pair, int fifth, int i) {
        return (pair & NIBBLE) | (((fifth >>> i) & 1) << 4);
    }

    private static int upper(int pair, int fifth, int i) {
        return (pair >> 4) | (((fifth >>> (HALF + i)) & 1) << 4);
    }

    /**
     * The 6-bit scale of a group: twelve bytes hold eight scales and eight minima. Those of groups
     * 0 to 3 are the lower six bits of bytes 0 to 3 and 4 to 7; of groups 4 to 7 the lower four
     * bits are the halves of bytes 8 to 11 and the upper two are left over in bytes 0 to 7.
     */
    private static int scale(MemorySegment from, long scales, int group) {
        if (group < 4) {
            return unsigned(from, scales + group) & SIX_BITS;
        }
        int lower = unsigned(from, scales + group + 4) & NIBBLE;
        return lower | (unsigned(from, scales + group - 4) >> 6 << 4);
    }

    private static int minimum(MemorySegment from, long scales, int group) {
        if (group < 4) {
            return unsigned(from, scales + group + 4) & SIX_BITS;
        }
        int lower = unsigned(from, scales + group + 4) >> 4;
        return lower | (unsigned(from, scales + group) >> 6 << 4);
    }

    private static float half(MemorySegment from, long offset) {
        return Float.float16ToFloat(from.get(SHORT, offset));
    }

    private static int unsigned(MemorySegment from, long offset) {
        return Byte.toUnsignedInt(from.get(BYTE, offset));
    }
}
