package dev.gossamer.simulations.bench;

import dev.gossamer.protocols.adapter.Digest;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;

/**
 * An artifact that nobody has to hold: a header, and behind it one number again and again.
 *
 * @param header belongs to this object
 * @param value fp32, little-endian
 * @param count how often
 */
@SuppressWarnings("ArrayRecordComponent") // read once, never compared
record PatternArtifact(byte[] header, float value, int count) {
    private static final int STEP = 1 << 16;

    /** How many bytes it has. */
    long length() {
        return header.length + (long) Float.BYTES * count;
    }

    /** At most {@code most} bytes from {@code offset} on. */
    byte[] bytes(long offset, int most) {
        byte[] pattern =
                ByteBuffer.allocate(Float.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putFloat(value)
                        .array();
        byte[] bytes = new byte[(int) Math.min(most, length() - offset)];
        for (int i = 0; i < bytes.length; i++) {
            long at = offset + i;
            bytes[i] =
                    at < header.length
                            ? header[(int) at]
                            : pattern[(int) ((at - header.length) % Float.BYTES)];
        }
        return bytes;
    }

    /** Its name. */
    Digest digest() {
        MessageDigest sha = Digest.sha256();
        for (long at = 0; at < length(); at += STEP) {
            sha.update(bytes(at, STEP));
        }
        return Digest.fromBytes(sha.digest());
    }
}
