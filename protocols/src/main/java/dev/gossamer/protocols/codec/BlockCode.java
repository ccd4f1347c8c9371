package dev.gossamer.protocols.codec;

import static dev.gossamer.protocols.codec.CodecFault.BAD_CODE;
import static dev.gossamer.protocols.codec.CodecFault.BAD_SCALE;

import dev.gossamer.protocols.random.CounterRandom;

/**
 * Values in blocks, each value a whole multiple of its block's scale.
 *
 * <p>The scale is the block's largest magnitude over the largest code. Between two multiples a coin
 * decides, the nearer one being the likelier in proportion, so that the mean of what is decoded is
 * the value; it is off by less than one scale. An int4 code is four bits, the first value in the
 * lower ones.
 */
enum BlockCode {
    INT8(127),
    INT4(7);

    private final int largest;

    BlockCode(int largest) {
        this.largest = largest;
    }

    static int blocks(int count, int block) {
        return (count + block - 1) / block;
    }

    ValueSection encode(float[] values, int block, CounterRandom coins) {
        FiniteValues.require(values);
        float[] scales = new float[blocks(values.length, block)];
        byte[] codes = new byte[values.length];
        for (int b = 0; b < scales.length; b++) {
            int from = b * block;
            int to = Math.min(values.length, from + block);
            scales[b] = scale(values, from, to);
            if (scales[b] > 0) {
                round(values, from, to, scales[b], codes, coins);
            }
        }
        byte[] packed = this == INT8 ? codes : nibbles(codes);
        return new ValueSection(ValueSection.fp32(scales), packed);
    }

    /** The scale whose largest multiple is the largest magnitude; zero for zeros. */
    private float scale(float[] values, int from, int to) {
        float most = 0;
        for (int i = from; i < to; i++) {
            most = Math.max(most, Math.abs(values[i]));
        }
        float scale = most / largest;
        if (scale * largest < most) {
            return Math.nextUp(scale); // the largest would be cut off
        }
        return Float.isFinite(scale * largest) ? scale : Math.nextDown(scale);
    }

    private void round(
            float[] values, int from, int to, float scale, byte[] codes, CounterRandom coins) {
        // Shifted above zero, a cast rounds down.
        double shift = largest + 1;
        for (int i = from; i < to; i++) {
            int code = (int) (values[i] / (double) scale + coins.nextDouble() + shift);
            codes[i] = (byte) (Math.min(code, 2 * largest + 1) - (largest + 1));
        }
    }

    private static byte[] nibbles(byte[] codes) {
        byte[] packed = new byte[(codes.length + 1) / 2];
        for (int i = 0; i < codes.length / 2; i++) {
            packed[i] = (byte) ((codes[2 * i] & 0xF) | (codes[2 * i + 1] << 4));
        }
        if (codes.length % 2 != 0) {
            packed[packed.length - 1] = (byte) (codes[codes.length - 1] & 0xF);
        }
        return packed;
    }

    float[] decode(Section scales, Section codes, int block, int count) throws CodecException {
        float[] scale = ValueSection.decodeFp32(scales, blocks(count, block));
        for (int b = 0; b < scale.length; b++) {
            requireScale(b, scale[b]);
        }
        byte[] unpacked = this == INT8 ? bytes(codes) : codes(codes, count);
        float[] values = new float[count];
        int bad = 0;
        for (int b = 0; b < scale.length; b++) {
            int to = Math.min(count, (b + 1) * block);
            int any = 0;
            for (int i = b * block; i < to; i++) {
                int code = unpacked[i];
                any |= code;
                // Minus one below the smallest code, whose bits would be those of no value.
                bad |= code + largest;
                values[i] = code * scale[b];
            }
            if (scale[b] == 0 && any != 0) {
                throw new CodecException(BAD_SCALE, "scale is zero with codes: block=" + b);
            }
        }
        if (bad < 0) {
            throw new CodecException(BAD_CODE, "code below the smallest: bound=" + -largest);
        }
        return values;
    }

    /** Refuses a scale with a sign, and one whose largest multiple is not finite. */
    private void requireScale(int block, float scale) throws CodecException {
        if (Float.floatToRawIntBits(scale) < 0 || !Float.isFinite(scale * largest)) {
            throw new CodecException(BAD_SCALE, "bad scale: block=" + block + ", scale=" + scale);
        }
    }

    private static byte[] bytes(Section codes) {
        byte[] bytes = new byte[codes.length()];
        System.arraycopy(codes.bytes(), codes.from(), bytes, 0, bytes.length);
        return bytes;
    }

    private static byte[] codes(Section packed, int count) throws CodecException {
        byte[] codes = new byte[2 * packed.length()];
        for (int i = 0; i < packed.length(); i++) {
            byte pair = packed.bytes()[packed.from() + i];
            codes[2 * i] = (byte) ((byte) (pair << 4) >> 4);
            codes[2 * i + 1] = (byte) (pair >> 4);
        }
        if (count % 2 != 0 && codes[count] != 0) {
            throw new CodecException(BAD_CODE, "filling is not zero");
        }
        return codes;
    }
}
