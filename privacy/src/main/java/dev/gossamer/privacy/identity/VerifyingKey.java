package dev.gossamer.privacy.identity;

import org.bouncycastle.math.ec.rfc8032.Ed25519;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/** A public Ed25519 key, the long-term identity of a participant, a coordinator or an authority. */
public final class VerifyingKey {
    /** The length of an encoded key. */
    public static final int BYTES = Ed25519.PUBLIC_KEY_SIZE;

    /** The length of a signature. */
    public static final int SIGNATURE_BYTES = Ed25519.SIGNATURE_SIZE;

    private final byte[] encoded;
    private final Ed25519.PublicPoint point;

    private VerifyingKey(byte[] encoded, Ed25519.PublicPoint point) {
        this.encoded = encoded;
        this.point = point;
    }

    /**
     * The key of 32 bytes.
     *
     * @throws IllegalArgumentException if they are no point of the prime-order group: with a key of
     *     small order, one signature would fit many messages
     */
    public static VerifyingKey fromBytes(byte[] encoded) {
        Optional<Ed25519.PublicPoint> point =
                encoded.length == BYTES
                        ? Optional.ofNullable(Ed25519.validatePublicKeyFullExport(encoded, 0))
                        : Optional.empty();
        return new VerifyingKey(
                encoded.clone(),
                point.orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "not an Ed25519 public key: hex="
                                                + HexFormat.of().formatHex(encoded))));
    }

    /** The key of 64 hexadecimal digits. */
    public static VerifyingKey fromHex(String hex) {
        byte[] encoded;
        try {
            encoded = HexFormat.of().parseHex(hex);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "public key is not " + 2 * BYTES + " hexadecimal digits: key=" + hex, e);
        }
        return fromBytes(encoded);
    }

    /** Whether {@code signature} was made by this key for {@code message} in {@code context}. */
    public boolean verifies(SignatureContext context, byte[] message, byte[] signature) {
        return signature.length == SIGNATURE_BYTES
                && Ed25519.verify(signature, 0, point, context.bytes(), message, 0, message.length);
    }

    /** The 32 bytes, a copy. */
    public byte[] bytes() {
        return encoded.clone();
    }

    boolean isEncodedAs(byte[] other) {
        return Arrays.equals(encoded, other);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof VerifyingKey that && Arrays.equals(encoded, that.encoded);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(encoded);
    }

    /** 64 lower-case hexadecimal digits. */
    @Override
    public String toString() {
        return HexFormat.of().formatHex(encoded);
    }
}
