package dev.gossamer.protocols.codec;

import static dev.gossamer.protocols.codec.CodecFault.BAD_INDEX;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The section of a message that says which values it holds. */
final class IndexSection {
    private IndexSection() {}

    /** The section for {@code indices}, which {@code seed} drew where the coding is a seed. */
    static byte[] encode(IndexCoding coding, int[] indices, int size, long seed) {
        return switch (coding) {
            case ALL -> new byte[0];
            case BITMAP -> bitmap(indices, size);
            case VARINT -> VarintCode.encode(indices);
            case RICE -> RiceCode.encode(indices);
            case COO -> coo(indices);
            case SEED -> seed(seed);
        };
    }

    private static byte[] coo(int[] indices) {
        byte[] section = new byte[Integer.BYTES * indices.length];
        view(Section.whole(section)).asIntBuffer().put(indices);
        return section;
    }

    private static byte[] seed(long seed) {
        byte[] section = new byte[IndexCoding.SEED_BYTES];
        view(Section.whole(section)).putLong(seed);
        return section;
    }

    private static byte[] bitmap(int[] indices, int size) {
        byte[] bitmap = new byte[(size + 7) / 8];
        for (int index : indices) {
            bitmap[index >>> 3] |= (byte) (1 << (index & 7));
        }
        return bitmap;
    }

    /** The strictly rising indices in {@code section}; of all values there is none to read. */
    static int[] decode(IndexCoding coding, Section section, int kept, int size)
            throws CodecException {
        return switch (coding) {
            case ALL -> new int[0];
            case BITMAP -> decodeBitmap(section, kept, size);
            case VARINT -> VarintCode.decode(section, kept, size);
            case RICE -> RiceCode.decode(section, kept, size);
            case COO -> decodeCoo(section, kept, size);
            case SEED -> RandomK.select(view(section).getLong(), size, kept);
        };
    }

    private static ByteBuffer view(Section section) {
        return ByteBuffer.wrap(section.bytes(), section.from(), section.length())
                .order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Counts the bits before anything is written, so that a lie costs nothing. */
    private static int[] decodeBitmap(Section section, int kept, int size) throws CodecException {
        ByteBuffer words = view(section);
        long set = 0;
        while (words.remaining() >= Long.BYTES) {
            set += Long.bitCount(words.getLong());
        }
        long last = 0;
        for (int shift = 0; words.hasRemaining(); shift += 8) {
            last |= (words.get() & 0xFFL) << shift;
        }
        set += Long.bitCount(last);
        if (set != kept) {
            throw new CodecException(
                    BAD_INDEX, "bits of the map differ: set=" + set + ", expected=" + kept);
        }
        if (size % Long.SIZE != 0 && last >>> (size % Long.SIZE) != 0) {
            throw new CodecException(BAD_INDEX, "bit after the last value: size=" + size);
        }
        return setBits(view(section), last, kept);
    }

    private static int[] setBits(ByteBuffer words, long last, int kept) {
        int[] indices = new int[kept];
        int at = 0;
        int base = 0;
        for (; words.remaining() >= Long.BYTES; base += Long.SIZE) {
            for (long word = words.getLong(); word != 0; word &= word - 1) {
                indices[at++] = base + Long.numberOfTrailingZeros(word);
            }
        }
        for (long word = last; word != 0; word &= word - 1) {
            indices[at++] = base + Long.numberOfTrailingZeros(word);
        }
        return indices;
    }

    private static int[] decodeCoo(Section section, int kept, int size) throws CodecException {
        int[] indices = new int[kept];
        view(section).asIntBuffer().get(indices);
        int last = -1;
        for (int index : indices) {
            if (index <= last || index >= size) {
                throw new CodecException(
                        BAD_INDEX,
                        "out of order or range: index="
                                + index
                                + ", after="
                                + last
                                + ", size="
                                + size);
            }
            last = index;
        }
        return indices;
    }
}
