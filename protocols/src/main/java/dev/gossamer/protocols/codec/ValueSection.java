package dev.gossamer.protocols.codec;

import dev.gossamer.protocols.adapter.Bfloat16;
import dev.gossamer.protocols.random.CounterRandom;
import dev.gossamer.protocols.run.CodecPlan;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The sections of a message that hold its values: scales, and codes or the values themselves.
 *
 * @param scales little-endian fp32, one for each block; empty without blocks
 */
@SuppressWarnings("ArrayRecordComponent") // parts of a message, never compared
record ValueSection(byte[] scales, byte[] values) {
    private static final byte[] NO_SCALES = {};

    /** The values as the plan writes them, in the order of their indices. */
    static ValueSection encode(CodecPlan plan, float[] kept, CounterRandom coins) {
        return switch (plan.values()) {
            case FP32 -> new ValueSection(NO_SCALES, fp32(kept));
            case BF16 -> new ValueSection(NO_SCALES, bf16(kept));
            case INT8 -> BlockCode.INT8.encode(kept, plan.block(), coins);
            case INT4 -> BlockCode.INT4.encode(kept, plan.block(), coins);
        };
    }

    /** How many bytes {@code kept} values have, scales apart. */
    static long valueBytes(CodecPlan.Values values, int kept) {
        return switch (values) {
            case FP32 -> 4L * kept;
            case BF16 -> 2L * kept;
            case INT8 -> kept;
            case INT4 -> (kept + 1L) / 2;
        };
    }

    /** How many bytes the scales of {@code kept} values have. */
    static long scaleBytes(CodecPlan plan, int kept) {
        return plan.values().hasScales() ? 4L * BlockCode.blocks(kept, plan.block()) : 0;
    }

    /** Bytes of one value, where several make one; what planes of bytes are made of. */
    static int width(CodecPlan.Values values) {
        return switch (values) {
            case FP32 -> Float.BYTES;
            case BF16 -> Short.BYTES;
            case INT8, INT4 -> 1;
        };
    }

    /** {@code kept} finite values out of sections whose lengths were checked. */
    static float[] decode(CodecPlan plan, Section scales, Section values, int kept)
            throws CodecException {
        return switch (plan.values()) {
            case FP32 -> finite(decodeFp32(values, kept));
            case BF16 -> finite(decodeBf16(values, kept));
            case INT8 -> BlockCode.INT8.decode(scales, values, plan.block(), kept);
            case INT4 -> BlockCode.INT4.decode(scales, values, plan.block(), kept);
        };
    }

    private static float[] finite(float[] values) throws CodecException {
        FiniteValues.requireDecoded(values);
        return values;
    }

    static byte[] fp32(float[] values) {
        ByteBuffer section = ByteBuffer.allocate(Float.BYTES * values.length);
        section.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(values);
        return section.array();
    }

    static float[] decodeFp32(Section section, int count) {
        float[] values = new float[count];
        ByteBuffer.wrap(section.bytes(), section.from(), section.length())
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .get(values);
        return values;
    }

    private static byte[] bf16(float[] values) {
        short[] halves = new short[values.length];
        for (int i = 0; i < values.length; i++) {
            halves[i] = Bfloat16.round(values[i]);
        }
        for (int i = 0; i < values.length; i++) {
            if (!Bfloat16.isFinite(halves[i])) {
                throw new IllegalArgumentException(
                        "value has no bf16: position=" + i + ", value=" + values[i]);
            }
        }
        ByteBuffer section = ByteBuffer.allocate(Short.BYTES * values.length);
        section.order(ByteOrder.LITTLE_ENDIAN).asShortBuffer().put(halves);
        return section.array();
    }

    private static float[] decodeBf16(Section section, int count) {
        short[] halves = new short[count];
        ByteBuffer.wrap(section.bytes(), section.from(), section.length())
                .order(ByteOrder.LITTLE_ENDIAN)
                .asShortBuffer()
                .get(halves);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = Bfloat16.widen(halves[i]);
        }
        return values;
    }
}
