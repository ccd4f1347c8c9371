package dev.gossamer.client.weights;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/**
 * A walk over the fields of one protobuf message in mapped memory, which copies nothing but names.
 *
 * <p>Every step is checked against the end of the message, so a cut or damaged file ends in a
 * {@link WeightsFormatException} and never in a large allocation.
 */
final class ProtobufCursor {
    static final int VARINT = 0;
    static final int BYTES = 2;
    private static final int FIXED64 = 1;
    private static final int FIXED32 = 5;
    private static final int MAX_VARINT_BYTES = 10;
    private static final long MAX_STRING_BYTES = 1 << 16;

    private final MemorySegment message;
    private final String source;
    private long position;
    private int field;
    private int wireType;
    private long number;
    private MemorySegment bytes = MemorySegment.NULL;

    /**
     * A walk from the message's start.
     *
     * @param source what messages call the file, its kind first
     */
    ProtobufCursor(MemorySegment message, String source) {
        this.message = message;
        this.source = source;
    }

    /** Moves to the next field; false at the end of the message. */
    boolean next() {
        if (position == message.byteSize()) {
            return false;
        }
        long key = varint();
        field = (int) Math.min(key >>> 3, Integer.MAX_VALUE);
        wireType = (int) (key & 7);
        switch (wireType) {
            case VARINT -> number = varint();
            case BYTES -> bytes = take(varint());
            case FIXED64 -> take(Long.BYTES);
            case FIXED32 -> take(Integer.BYTES);
            default -> throw malformed("unknown wire type: type=" + wireType + ", field=" + field);
        }
        return true;
    }

    /** The number of the current field. */
    int field() {
        return field;
    }

    /** Whether the current field has this number and this wire type. */
    boolean is(int wantedField, int wantedWireType) {
        return field == wantedField && wireType == wantedWireType;
    }

    /** The value of the current field, a varint. */
    long number() {
        return number;
    }

    /** The value of the current field, bytes. */
    MemorySegment bytes() {
        return bytes;
    }

    /** The value of the current field, text. */
    String string() {
        if (bytes.byteSize() > MAX_STRING_BYTES) {
            throw malformed(
                    "name too long: bytes=" + bytes.byteSize() + ", bound=" + MAX_STRING_BYTES);
        }
        return new String(bytes.toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
    }

    /** The value of the current field, a message. */
    ProtobufCursor nested() {
        return new ProtobufCursor(bytes, source);
    }

    /** The file is not what it should be. */
    WeightsFormatException malformed(String what) {
        return new WeightsFormatException("malformed " + source + ": " + what);
    }

    private MemorySegment take(long length) {
        if (length < 0 || length > message.byteSize() - position) {
            throw malformed(
                    "field runs past its end, the file may be cut: bytes="
                            + Long.toUnsignedString(length)
                            + ", left="
                            + (message.byteSize() - position));
        }
        MemorySegment taken = message.asSlice(position, length);
        position += length;
        return taken;
    }

    private long varint() {
        long value = 0;
        for (int i = 0; i < MAX_VARINT_BYTES; i++) {
            if (position == message.byteSize()) {
                throw malformed("number cut off, the file may be cut: position=" + position);
            }
            byte next = message.get(ValueLayout.JAVA_BYTE, position++);
            value |= (long) (next & 0x7F) << (7 * i);
            if (next >= 0) {
                return value;
            }
        }
        throw malformed("number too long: bytes=" + MAX_VARINT_BYTES + ", position=" + position);
    }
}
