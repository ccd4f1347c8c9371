package dev.gossamer.protocols.codec;

import static dev.gossamer.protocols.codec.CodecFault.BAD_PACKING;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Sections by Zstandard, each with its plain length before it.
 *
 * <p>Bytes of one place in their values come together first: those with exponents repeat, those
 * with the ends of fractions do not, and mixed they would hide each other.
 */
final class Packing {
    private static final int LEVEL = 3;

    private Packing() {}

    /** The section packed, or itself where that is not longer. */
    static byte[] shorter(byte[] section, int width) {
        byte[] packed = Zstd.compress(planes(section, width), LEVEL);
        if (packed.length + Integer.BYTES >= section.length) {
            return section;
        }
        return ByteBuffer.allocate(Integer.BYTES + packed.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(section.length)
                .put(packed)
                .array();
    }

    /** All first bytes of the values, then all second bytes, and so on. */
    private static byte[] planes(byte[] bytes, int width) {
        if (width == 1) {
            return bytes;
        }
        int count = bytes.length / width;
        byte[] planes = new byte[bytes.length];
        for (int place = 0; place < width; place++) {
            for (int i = 0; i < count; i++) {
                planes[place * count + i] = bytes[i * width + place];
            }
        }
        return planes;
    }

    private static byte[] unplaned(byte[] planes, int width) {
        if (width == 1) {
            return planes;
        }
        int count = planes.length / width;
        byte[] bytes = new byte[planes.length];
        for (int place = 0; place < width; place++) {
            for (int i = 0; i < count; i++) {
                bytes[i * width + place] = planes[place * count + i];
            }
        }
        return bytes;
    }

    /**
     * The plain section.
     *
     * @param maxBytes more than this is never unpacked
     */
    static Section unpacked(Section packed, int width, long maxBytes) throws CodecException {
        if (packed.length() < Integer.BYTES) {
            throw new CodecException(BAD_PACKING, "packed section without its plain length");
        }
        int length =
                ByteBuffer.wrap(packed.bytes())
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .getInt(packed.from());
        if (length < 0 || length > maxBytes || length % width != 0) {
            throw new CodecException(
                    BAD_PACKING,
                    "bad plain length: bytes="
                            + Integer.toUnsignedString(length)
                            + ", bound="
                            + maxBytes);
        }
        byte[] frame =
                Arrays.copyOfRange(packed.bytes(), packed.from() + Integer.BYTES, packed.to());
        byte[] plain = new byte[length];
        requireUnpacked(plain, frame);
        return Section.whole(unplaned(plain, width));
    }

    private static void requireUnpacked(byte[] plain, byte[] frame) throws CodecException {
        String problem;
        try {
            long found = Zstd.decompressByteArray(plain, 0, plain.length, frame, 0, frame.length);
            if (found == plain.length) {
                return;
            }
            problem = found + " bytes";
        } catch (ZstdException e) {
            problem = e.getMessage();
        }
        throw new CodecException(
                BAD_PACKING,
                "packed section does not unpack: expected="
                        + plain.length
                        + " bytes, found="
                        + problem);
    }
}
