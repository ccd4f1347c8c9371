package dev.gossamer.privacy.secagg;

import java.io.ByteArrayOutputStream;

/** Appends little-endian fields. */
final class ByteWriter {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    ByteWriter u8(int value) {
        out.write(value);
        return this;
    }

    ByteWriter u32(int value) {
        for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
            out.write(value >>> shift);
        }
        return this;
    }

    ByteWriter u64(long value) {
        return u32((int) value).u32((int) (value >>> Integer.SIZE));
    }

    ByteWriter bytes(byte[] value) {
        out.writeBytes(value);
        return this;
    }

    byte[] toBytes() {
        return out.toByteArray();
    }
}
