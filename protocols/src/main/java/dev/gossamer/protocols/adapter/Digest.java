package dev.gossamer.protocols.adapter;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/** A SHA-256 digest, the name of an artifact. */
public final class Digest {
    /** The length of a digest in bytes. */
    public static final int BYTES = 32;

    private final byte[] bytes;

    private Digest(byte[] bytes) {
        this.bytes = bytes;
    }

    /** The digest of {@code content}. */
    public static Digest of(byte[]... content) {
        MessageDigest sha = sha256();
        for (byte[] part : content) {
            sha.update(part);
        }
        return new Digest(sha.digest());
    }

    /**
     * A digest from its 32 bytes.
     *
     * @throws IllegalArgumentException if there are not 32 bytes
     */
    public static Digest fromBytes(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException(
                    "digest has a wrong length: bytes=" + bytes.length + ", expected=" + BYTES);
        }
        return new Digest(bytes.clone());
    }

    /** A digest from 64 hexadecimal digits. */
    public static Digest fromHex(String hex) {
        return fromBytes(HexFormat.of().parseHex(hex));
    }

    /** A fresh SHA-256 computation, for content that arrives in parts. */
    public static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }

    /** The 32 bytes, a copy. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** The first eight hexadecimal digits, for people. */
    public String brief() {
        return toString().substring(0, 8);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Digest that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** 64 lower-case hexadecimal digits. */
    @Override
    public String toString() {
        return HexFormat.of().formatHex(bytes);
    }
}
