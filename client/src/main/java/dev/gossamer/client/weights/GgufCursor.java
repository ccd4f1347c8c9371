package dev.gossamer.client.weights;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * A walk over the header of a GGUF file in mapped memory.
 *
 * <p>Every step is checked against the end of the file, so a cut or damaged file ends in a {@link
 * WeightsFormatException} and never in a large allocation.
 */
final class GgufCursor {
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final MemorySegment bytes;
    private final String source;
    private long position;

    GgufCursor(MemorySegment bytes, String source) {
        this.bytes = bytes;
        this.source = source;
    }

    /** Where the next step begins. */
    long position() {
        return position;
    }

    /** How many bytes are left. */
    long left() {
        return bytes.byteSize() - position;
    }

    byte int8() {
        return bytes.get(ValueLayout.JAVA_BYTE, take(Byte.BYTES));
    }

    short int16() {
        return bytes.get(SHORT, take(Short.BYTES));
    }

    int int32() {
        return bytes.get(INT, take(Integer.BYTES));
    }

    long int64() {
        return bytes.get(LONG, take(Long.BYTES));
    }

    /** A 32-bit unsigned number. */
    long uint32() {
        return Integer.toUnsignedLong(int32());
    }

    /**
     * A 64-bit unsigned count of things that take {@code minBytes} each, no more than the rest of
     * the file can hold.
     */
    int count(String what, int bound, int minBytes) {
        long count = int64();
        long possible = Math.min(bound, left() / minBytes);
        if (count < 0 || count > possible) {
            throw malformed(
                    what + "=" + Long.toUnsignedString(count) + " is too many: bound=" + possible);
        }
        return (int) count;
    }

    /** A text in UTF-8 behind its length. */
    String text(String what, int boundBytes) {
        int length = count(what + ".bytes", boundBytes, 1);
        ByteBuffer text = bytes.asSlice(take(length), length).asByteBuffer();
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(text).toString();
        } catch (CharacterCodingException e) {
            throw new WeightsFormatException(
                    message(what + " is not UTF-8: position=" + (position - length)), e);
        }
    }

    /** The file is not what it should be. */
    WeightsFormatException malformed(String what) {
        return new WeightsFormatException(message(what));
    }

    /** The text of {@link #malformed}. */
    String message(String what) {
        return "malformed GGUF file " + source + ": " + what;
    }

    private long take(int length) {
        if (length > left()) {
            throw malformed(
                    "header runs past its end, the file may be cut: position="
                            + position
                            + ", bytes="
                            + length
                            + ", left="
                            + left());
        }
        long from = position;
        position += length;
        return from;
    }
}
