package dev.gossamer.privacy.secagg;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.XECPrivateKey;
import java.security.interfaces.XECPublicKey;
import java.security.spec.EdDSAParameterSpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPrivateKeySpec;
import java.security.spec.XECPublicKeySpec;
import java.util.Arrays;

import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.Mac;
import javax.crypto.spec.ChaCha20ParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** Primitives by the JDK's providers, for a second implementation that shares no code with ours. */
final class JdkCrypto {
    private JdkCrypto() {}

    static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    static byte[] text(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    static byte[] little(long value, int bytes) {
        byte[] out = new byte[bytes];
        for (int i = 0; i < bytes; i++) {
            out[i] = (byte) (value >>> (8 * i));
        }
        return out;
    }

    static byte[] sha256(byte[]... parts) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(concat(parts));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] hmac(byte[] key, byte[] data) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(data);
    }

    /** HKDF with one block of output. */
    static byte[] hkdf(byte[] secret, byte[] salt, byte[] info) {
        try {
            return hmac(hmac(salt, secret), concat(info, new byte[] {1}));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static byte[] chaCha20(byte[] key, int bytes) {
        try {
            Cipher cipher = Cipher.getInstance("ChaCha20");
            cipher.init(
                    Cipher.ENCRYPT_MODE,
                    new SecretKeySpec(key, "ChaCha20"),
                    new ChaCha20ParameterSpec(new byte[12], 0));
            return cipher.doFinal(new byte[bytes]);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static byte[] aead(int mode, byte[] key, byte[] aad, byte[] text) {
        try {
            Cipher cipher = Cipher.getInstance("ChaCha20-Poly1305");
            cipher.init(
                    mode, new SecretKeySpec(key, "ChaCha20"), new IvParameterSpec(new byte[12]));
            cipher.updateAAD(aad);
            return cipher.doFinal(text);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static KeyPair keyPair(String algorithm, long seed) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            generator.initialize(new NamedParameterSpec(algorithm), SeededRandom.of(seed));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] littleEndian(BigInteger value) {
        byte[] big = value.toByteArray();
        byte[] little = new byte[32];
        for (int i = 0; i < Math.min(32, big.length); i++) {
            little[i] = big[big.length - 1 - i];
        }
        return little;
    }

    static byte[] x25519Public(KeyPair pair) {
        return littleEndian(((XECPublicKey) pair.getPublic()).getU());
    }

    static byte[] x25519Scalar(KeyPair pair) {
        return ((XECPrivateKey) pair.getPrivate()).getScalar().orElseThrow();
    }

    static byte[] x25519(byte[] scalar, byte[] point) {
        try {
            KeyFactory factory = KeyFactory.getInstance("X25519");
            byte[] big = new byte[32];
            for (int i = 0; i < 32; i++) {
                big[i] = point[31 - i];
            }
            KeyAgreement agreement = KeyAgreement.getInstance("X25519");
            agreement.init(
                    factory.generatePrivate(
                            new XECPrivateKeySpec(NamedParameterSpec.X25519, scalar)));
            agreement.doPhase(
                    factory.generatePublic(
                            new XECPublicKeySpec(
                                    NamedParameterSpec.X25519, new BigInteger(1, big))),
                    true);
            return agreement.generateSecret();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static byte[] ed25519Public(KeyPair pair) {
        EdECPublicKey key = (EdECPublicKey) pair.getPublic();
        byte[] encoded = littleEndian(key.getPoint().getY());
        if (key.getPoint().isXOdd()) {
            encoded[31] |= (byte) 0x80;
        }
        return encoded;
    }

    static byte[] sign(PrivateKey key, String context, byte[] message) {
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.setParameter(new EdDSAParameterSpec(false, text(context)));
            signature.initSign(key);
            signature.update(message);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The part of an array. */
    static byte[] part(byte[] all, int from, int length) {
        return Arrays.copyOfRange(all, from, from + length);
    }
}
