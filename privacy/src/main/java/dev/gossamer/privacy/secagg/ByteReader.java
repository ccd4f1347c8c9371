package dev.gossamer.privacy.secagg;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.ToIntFunction;

/**
 * Reads little-endian fields of bytes from anywhere: each length is checked before anything is
 * allocated for it, and what does not fit is a {@link Refusal}.
 */
final class ByteReader {
    private final ByteBuffer in;

    ByteReader(byte[] bytes) {
        in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    int u8(String field) throws Refusal {
        require(field, 1);
        return in.get() & 0xff;
    }

    /** A number below 2^31. */
    int u32(String field) throws Refusal {
        require(field, Integer.BYTES);
        int value = in.getInt();
        if (value < 0) {
            throw malformed(field + " is out of range: value=" + Integer.toUnsignedString(value));
        }
        return value;
    }

    long u64(String field) throws Refusal {
        require(field, Long.BYTES);
        return in.getLong();
    }

    byte[] bytes(String field, int count) throws Refusal {
        require(field, count);
        byte[] bytes = new byte[count];
        in.get(bytes);
        return bytes;
    }

    void skip(String field, int count) throws Refusal {
        require(field, count);
        in.position(in.position() + count);
    }

    /** The one of {@code values} whose code comes next. */
    <T> T oneOf(String field, T[] values, ToIntFunction<T> code) throws Refusal {
        int found = u8(field);
        for (T value : values) {
            if (code.applyAsInt(value) == found) {
                return value;
            }
        }
        throw malformed(field + " is unknown: value=" + found);
    }

    RingVector vector(Ring ring, int words) throws Refusal {
        require("words", (long) words * ring.wordBytes());
        return RingVector.readFrom(in, ring, words);
    }

    void expect(String what, byte[] bytes) throws Refusal {
        for (byte expected : bytes) {
            if (u8(what) != (expected & 0xff)) {
                throw malformed("not a " + what + " of this version");
            }
        }
    }

    int position() {
        return in.position();
    }

    void end() throws Refusal {
        if (in.hasRemaining()) {
            throw malformed("bytes after the end: bytes=" + in.remaining());
        }
    }

    private void require(String field, long count) throws Refusal {
        if (count > in.remaining()) {
            throw malformed(
                    "bytes end early: field="
                            + field
                            + ", bytes="
                            + count
                            + ", left="
                            + in.remaining());
        }
    }

    private static Refusal malformed(String message) {
        return new Refusal(Fault.MALFORMED, message);
    }
}
