package dev.gossamer.client.weights;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Optional;

/**
 * How a GGUF file stores consecutive values of a row: as blocks of bytes that share their scales.
 *
 * <p>The layouts are drawn in {@link Dequantization}.
 */
public enum BlockType {
    /** 32-bit floats, one a block. */
    F32(0, 1, 4),
    /** IEEE half-precision floats, one a block. */
    F16(1, 1, 2),
    /** The upper halves of 32-bit floats, one a block. */
    BF16(30, 1, 2),
    /** 8-bit integers with a scale. */
    Q8_0(8, 32, 34),
    /** 4-bit integers about 8 with a scale. */
    Q4_0(2, 32, 18),
    /** 4-bit integers with a scale and a minimum. */
    Q4_1(3, 32, 20),
    /** 5-bit integers about 16 with a scale. */
    Q5_0(6, 32, 22),
    /** 5-bit integers with a scale and a minimum. */
    Q5_1(7, 32, 24),
    /** Eight groups of 4-bit integers, each with a 6-bit scale and minimum. */
    Q4_K(12, 256, 144),
    /** Eight groups of 5-bit integers, each with a 6-bit scale and minimum. */
    Q5_K(13, 256, 176),
    /** Sixteen groups of 6-bit integers about 32, each with an 8-bit scale. */
    Q6_K(14, 256, 210);

    private final int id;
    private final int values;
    private final int bytes;

    BlockType(int id, int values, int bytes) {
        this.id = id;
        this.values = values;
        this.bytes = bytes;
    }

    /** The type of that number in a GGUF file. */
    public static Optional<BlockType> ofId(int id) {
        return Arrays.stream(values()).filter(type -> type.id == id).findFirst();
    }

    /** The number in a GGUF file. */
    public int id() {
        return id;
    }

    /** How many values a block holds. */
    public int blockValues() {
        return values;
    }

    /** How many bytes a block takes. */
    public int blockBytes() {
        return bytes;
    }

    /**
     * The bytes of a row of {@code columns} values.
     *
     * @throws IllegalArgumentException if they are no whole number of blocks
     */
    public long rowBytes(long columns) {
        if (columns % values != 0) {
            throw new IllegalArgumentException(
                    "row is no whole number of blocks: columns="
                            + columns
                            + ", type="
                            + this
                            + ", values of a block="
                            + values);
        }
        return columns / values * bytes;
    }

    /**
     * Decodes {@code blocks} consecutive blocks to fp32, as ggml does, bit for bit.
     *
     * @param offset of the first block within {@code from}, in bytes
     * @param at where the first value goes in {@code into}
     */
    public void decode(MemorySegment from, long offset, int blocks, float[] into, int at) {
        switch (this) {
            case F32 -> Dequantization.f32(from, offset, blocks, into, at);
            case F16 -> Dequantization.f16(from, offset, blocks, into, at);
            case BF16 -> Dequantization.bf16(from, offset, blocks, into, at);
            case Q8_0 -> Dequantization.q8(from, offset, blocks, into, at);
            case Q4_0 -> Dequantization.q4(from, offset, blocks, into, at);
            case Q4_1 -> Dequantization.q4WithMinimum(from, offset, blocks, into, at);
            case Q5_0 -> Dequantization.q5(from, offset, blocks, into, at);
            case Q5_1 -> Dequantization.q5WithMinimum(from, offset, blocks, into, at);
            case Q4_K -> Dequantization.q4Grouped(from, offset, blocks, into, at);
            case Q5_K -> Dequantization.q5Grouped(from, offset, blocks, into, at);
            case Q6_K -> Dequantization.q6Grouped(from, offset, blocks, into, at);
        }
    }
}
