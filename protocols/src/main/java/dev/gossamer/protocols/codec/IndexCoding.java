package dev.gossamer.protocols.codec;

import dev.gossamer.protocols.run.CodecPlan;

import java.util.List;

/** How a message says which values it holds. */
public enum IndexCoding {
    /** Nothing is said: all values are there. */
    ALL,
    /** One bit for each value, lowest bit first. */
    BITMAP,
    /** The gap before each index, seven bits a byte, lowest first. */
    VARINT,
    /** The gap before each index by {@link RiceCode}. */
    RICE,
    /** Each index as four bytes. */
    COO,
    /** The seed that draws them. */
    SEED;

    /** Where a coding stands here is what stands in a header. */
    private static final List<IndexCoding> CODINGS = List.of(ALL, BITMAP, VARINT, RICE, COO, SEED);

    /** The bytes of a seed. */
    static final int SEED_BYTES = Long.BYTES;

    /** The codings of a word, where one can choose. */
    static List<IndexCoding> of(CodecPlan.Index word) {
        return switch (word) {
            case AUTO -> List.of(RICE, BITMAP, VARINT, COO);
            case BITMAP -> List.of(BITMAP);
            case VARINT -> List.of(VARINT);
            case RICE -> List.of(RICE);
            case COO -> List.of(COO);
        };
    }

    static IndexCoding ofWire(int wire) throws CodecException {
        if (wire >= CODINGS.size()) {
            throw new CodecException(CodecFault.BAD_HEADER, "unknown index coding: coding=" + wire);
        }
        return CODINGS.get(wire);
    }

    int wire() {
        return CODINGS.indexOf(this);
    }

    /** The exact length of the section for {@code indices} out of {@code size}. */
    long cost(int[] indices, int size) {
        return switch (this) {
            case ALL -> 0;
            case BITMAP -> (size + 7L) / 8;
            case VARINT -> VarintCode.cost(indices);
            case RICE -> RiceCode.cost(indices);
            case COO -> 4L * indices.length;
            case SEED -> SEED_BYTES;
        };
    }

    /** No section of {@code kept} indices out of {@code size} is longer. */
    long maxBytes(int kept, int size) {
        return switch (this) {
            case ALL -> 0;
            case BITMAP -> (size + 7L) / 8;
            case VARINT -> (long) VarintCode.MAX_BYTES * kept;
            case RICE -> RiceCode.maxBytes(kept, size);
            case COO -> 4L * kept;
            case SEED -> SEED_BYTES;
        };
    }
}
