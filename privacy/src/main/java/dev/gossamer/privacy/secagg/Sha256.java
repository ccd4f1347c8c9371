package dev.gossamer.privacy.secagg;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/** A SHA-256 value, as digests of artifacts, commitments and views are. */
public final class Sha256 {
    /** The length of a value. */
    public static final int BYTES = 32;

    private final byte[] value;

    private Sha256(byte[] value) {
        this.value = value;
    }

    /** The digest of the parts, one after the other. */
    public static Sha256 of(byte[]... parts) {
        MessageDigest sha;
        try {
            sha = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
        for (byte[] part : parts) {
            sha.update(part);
        }
        return new Sha256(sha.digest());
    }

    /**
     * A value that was computed elsewhere.
     *
     * @throws IllegalArgumentException if there are not 32 bytes
     */
    public static Sha256 fromBytes(byte[] value) {
        if (value.length != BYTES) {
            throw new IllegalArgumentException(
                    "digest has a wrong length: bytes=" + value.length + ", expected=" + BYTES);
        }
        return new Sha256(value.clone());
    }

    /** The 32 bytes, a copy. */
    public byte[] bytes() {
        return value.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Sha256 that && MessageDigest.isEqual(value, that.value);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(value);
    }

    /** 64 lower-case hexadecimal digits. */
    @Override
    public String toString() {
        return HexFormat.of().formatHex(value);
    }
}
