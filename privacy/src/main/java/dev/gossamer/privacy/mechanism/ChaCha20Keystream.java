package dev.gossamer.privacy.mechanism;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;

import javax.crypto.Cipher;
import javax.crypto.spec.ChaCha20ParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The keystream of ChaCha20 (RFC 8439) under a 256-bit key, from block 0 and with a nonce of zeros.
 *
 * <p>The cipher is the JDK's, whose kernels are vectorised. Before its first use it must give the
 * first block that the RFC prints. A key serves for one call of {@link #fill}, so that nonces never
 * meet.
 */
final class ChaCha20Keystream {
    static final int KEY_BYTES = 32;

    private static final String NAME = "ChaCha20";
    private static final byte[] NONCE = new byte[12];

    /** RFC 8439, appendix A.1, vector 1: key, nonce and counter of zeros. */
    private static final byte[] FIRST_BLOCK =
            HexFormat.of()
                    .parseHex(
                            "76b8e0ada0f13d90405d6ae55386bd28"
                                    + "bdd219b8a08ded1aa836efcc8b770dc7"
                                    + "da41597c5157488d7724e03fb8d84a37"
                                    + "6a43b8f41518a11cc387b669b2ee6586");

    private final Cipher cipher = cipher();
    private byte[] zeros = new byte[0];

    /** A cipher whose provider passed the known answer. */
    ChaCha20Keystream() {
        byte[] block = new byte[FIRST_BLOCK.length];
        fill(cipher(), new byte[KEY_BYTES], new byte[block.length], block);
        if (!Arrays.equals(block, FIRST_BLOCK)) {
            throw new RandomnessException(
                    "cipher gives a wrong keystream: provider=" + cipher.getProvider().getName());
        }
    }

    private static Cipher cipher() {
        try {
            return Cipher.getInstance(NAME);
        } catch (GeneralSecurityException e) {
            throw new RandomnessException("no such cipher: name=" + NAME, e);
        }
    }

    /** Writes the first bytes of the keystream of {@code key} over all of {@code out}. */
    void fill(byte[] key, byte[] out) {
        if (zeros.length != out.length) {
            zeros = new byte[out.length];
        }
        fill(cipher, key, zeros, out);
    }

    private static void fill(Cipher cipher, byte[] key, byte[] zeros, byte[] out) {
        try {
            cipher.init(
                    Cipher.ENCRYPT_MODE,
                    new SecretKeySpec(key, NAME),
                    new ChaCha20ParameterSpec(NONCE, 0));
            int written = cipher.update(zeros, 0, zeros.length, out, 0);
            if (written != out.length) {
                throw new RandomnessException(
                        "cipher stopped short: bytes=" + written + ", wanted=" + out.length);
            }
        } catch (GeneralSecurityException e) {
            throw new RandomnessException("cipher failed: name=" + NAME, e);
        }
    }
}
