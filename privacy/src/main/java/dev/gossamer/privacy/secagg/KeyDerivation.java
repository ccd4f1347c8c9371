package dev.gossamer.privacy.secagg;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;

import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;

/** Keys by HKDF-SHA256 (RFC 5869), each with an info that says what it is for. */
final class KeyDerivation {
    /** In every info: keys of another version of the protocol are other keys. */
    static final String VERSION = "gossamer/secagg/v1/";

    private KeyDerivation() {}

    /**
     * 32 bytes from secret material.
     *
     * @param salt public, the digest of the session where there is one
     * @param purpose of the key
     * @param context of the key, each part of a fixed length or with its length
     */
    static byte[] derive(byte[] secret, byte[] salt, String purpose, byte[]... context) {
        ByteWriter info = new ByteWriter().bytes(ascii(VERSION + purpose)).u8(0);
        for (byte[] part : context) {
            info.bytes(part);
        }
        return hkdf(secret, salt, info.toBytes(), Sha256.BYTES);
    }

    /** Bytes from a secret alone. */
    static byte[] expand(byte[] secret, String purpose, int count) {
        return hkdf(secret, new byte[0], ascii(VERSION + purpose), count);
    }

    static byte[] hkdf(byte[] secret, byte[] salt, byte[] info, int count) {
        try {
            return KDF.getInstance("HKDF-SHA256")
                    .deriveData(
                            HKDFParameterSpec.ofExtract()
                                    .addIKM(secret)
                                    .addSalt(salt)
                                    .thenExpand(info, count));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no HKDF", e);
        }
    }

    /** A name behind its length, so that two names side by side are read in one way. */
    static byte[] named(String name) {
        byte[] text = ascii(name);
        return new ByteWriter().u8(text.length).bytes(text).toBytes();
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
