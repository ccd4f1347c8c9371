package dev.gossamer.privacy.identity;

import org.bouncycastle.math.ec.rfc8032.Ed25519;

import java.security.SecureRandom;

/** A private Ed25519 key. Its text never shows the secret. */
public final class SigningKey {
    /** The length of the secret. */
    public static final int BYTES = Ed25519.SECRET_KEY_SIZE;

    private final byte[] secret;
    private final VerifyingKey verifyingKey;

    private SigningKey(byte[] secret) {
        this.secret = secret;
        byte[] encoded = new byte[VerifyingKey.BYTES];
        Ed25519.generatePublicKey(secret, 0, encoded, 0);
        this.verifyingKey = VerifyingKey.fromBytes(encoded);
    }

    /**
     * A new key.
     *
     * @throws RandomSourceException if {@code random} fails its self-test
     */
    public static SigningKey generate(SecureRandom random) {
        return new SigningKey(FreshSeed.draw(random));
    }

    /** The key of 32 secret bytes. */
    public static SigningKey fromBytes(byte[] secret) {
        if (secret.length != BYTES) {
            throw new IllegalArgumentException(
                    "private key has a wrong length: bytes="
                            + secret.length
                            + ", expected="
                            + BYTES);
        }
        return new SigningKey(secret.clone());
    }

    /** The signature of {@code message} in {@code context}, 64 bytes, the same each time. */
    public byte[] sign(SignatureContext context, byte[] message) {
        byte[] signature = new byte[VerifyingKey.SIGNATURE_BYTES];
        byte[] encoded = verifyingKey.bytes();
        Ed25519.sign(
                secret, 0, encoded, 0, context.bytes(), message, 0, message.length, signature, 0);
        return signature;
    }

    /** The public half. */
    public VerifyingKey verifyingKey() {
        return verifyingKey;
    }

    /** The secret, a copy, for a key file. */
    byte[] secret() {
        return secret.clone();
    }

    @Override
    public String toString() {
        return "private key of " + verifyingKey;
    }
}
