package dev.gossamer.privacy.secagg;

import static dev.gossamer.privacy.secagg.JdkCrypto.concat;
import static dev.gossamer.privacy.secagg.JdkCrypto.little;
import static dev.gossamer.privacy.secagg.JdkCrypto.part;
import static dev.gossamer.privacy.secagg.JdkCrypto.sha256;
import static dev.gossamer.privacy.secagg.JdkCrypto.text;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.KeyPair;

import javax.crypto.Cipher;

/**
 * A member written from the documentation alone, in bytes, for complete graphs of X25519: it shares
 * no code with the implementation.
 */
final class WireMember {
    static final BigInteger PRIME = BigInteger.TWO.pow(256).add(BigInteger.valueOf(297));
    private static final String VERSION = "gossamer/secagg/v1/";

    final String name;
    final KeyPair longTerm;
    final KeyPair channel;
    final KeyPair mask;
    final byte[] selfMask;
    private final BigInteger[] ofMaskKey;
    private final BigInteger[] ofSelfMask;

    WireMember(String name, long seed, int threshold) {
        this.name = name;
        longTerm = JdkCrypto.keyPair("Ed25519", seed);
        channel = JdkCrypto.keyPair("X25519", seed + 1);
        mask = JdkCrypto.keyPair("X25519", seed + 2);
        selfMask = sha256(text("self mask of " + name + seed));
        ofMaskKey = polynomial(JdkCrypto.x25519Scalar(mask), threshold);
        ofSelfMask = polynomial(selfMask, threshold);
    }

    private static BigInteger[] polynomial(byte[] secret, int threshold) {
        BigInteger[] coefficients = new BigInteger[threshold];
        coefficients[0] = element(secret);
        for (int i = 1; i < threshold; i++) {
            byte[] coin = sha256(secret, little(i, 4));
            coefficients[i] = element(coin);
        }
        return coefficients;
    }

    static BigInteger element(byte[] little) {
        byte[] big = new byte[little.length];
        for (int i = 0; i < big.length; i++) {
            big[i] = little[big.length - 1 - i];
        }
        return new BigInteger(1, big);
    }

    static byte[] bytes(BigInteger element, int length) {
        byte[] little = new byte[length];
        BigInteger rest = element;
        for (int i = 0; i < length; i++) {
            little[i] = rest.byteValue();
            rest = rest.shiftRight(8);
        }
        return little;
    }

    private static byte[] value(BigInteger[] coefficients, int x) {
        BigInteger sum = BigInteger.ZERO;
        for (int i = 0; i < coefficients.length; i++) {
            sum = sum.add(coefficients[i].multiply(BigInteger.valueOf(x).pow(i)));
        }
        return bytes(sum.mod(PRIME), 33);
    }

    /** Lagrange at zero. */
    static byte[] combine(int[] xs, byte[][] shares) {
        BigInteger sum = BigInteger.ZERO;
        for (int i = 0; i < xs.length; i++) {
            BigInteger term = element(shares[i]);
            for (int j = 0; j < xs.length; j++) {
                if (i != j) {
                    term =
                            term.multiply(BigInteger.valueOf(-xs[j]))
                                    .multiply(BigInteger.valueOf(xs[i] - xs[j]).modInverse(PRIME));
                }
            }
            sum = sum.add(term);
        }
        return bytes(sum.mod(PRIME), 32);
    }

    static byte[] named(String name) {
        return concat(little(name.length(), 1), text(name));
    }

    byte[] channelKey() {
        return JdkCrypto.x25519Public(channel);
    }

    byte[] maskKey() {
        return JdkCrypto.x25519Public(mask);
    }

    byte[] signerKey() {
        return JdkCrypto.ed25519Public(longTerm);
    }

    private byte[] commitment(String purpose, byte[] session, byte[] secret) {
        return sha256(text(VERSION + purpose), session, named(name), secret);
    }

    /** The advert behind its header, for keys that may be other than the own. */
    byte[] advert(byte[] session, byte[] channelKey, byte[] maskKey) {
        byte[] unsigned =
                concat(
                        named(name),
                        signerKey(),
                        channelKey,
                        maskKey,
                        commitment("reveal", session, new byte[32]),
                        commitment("self-mask", session, selfMask));
        byte[] signed = concat(new byte[] {1, 0}, session, unsigned);
        return concat(
                unsigned, JdkCrypto.sign(longTerm.getPrivate(), "gossamer/secagg/keys/v1", signed));
    }

    byte[] advert(byte[] session) {
        return advert(session, channelKey(), maskKey());
    }

    private static byte[] info(String purpose, byte[]... parts) {
        return concat(text(VERSION + purpose), new byte[1], concat(parts));
    }

    /** The key under which shares travel between this member and another, in either direction. */
    private byte[] boxKey(WireView view, String from, String to) {
        String other = from.equals(name) ? to : from;
        byte[] point = JdkCrypto.x25519(JdkCrypto.x25519Scalar(channel), view.channelKey(other));
        return JdkCrypto.hkdf(
                point,
                view.session(),
                info(
                        "share box",
                        view.seed(),
                        named(from),
                        named(to),
                        view.channelKey(from),
                        view.channelKey(to)));
    }

    private static byte[] boxContext(WireView view, String from, String to) {
        return concat(
                view.session(),
                view.seed(),
                little(view.number(from), 4),
                little(view.number(to), 4));
    }

    /** The sealed shares for another member. */
    byte[] box(WireView view, String to) {
        int x = view.number(to) + 1;
        return sealed(view, to, concat(value(ofMaskKey, x), value(ofSelfMask, x)));
    }

    byte[] sealed(WireView view, String to, byte[] shares) {
        return JdkCrypto.aead(
                Cipher.ENCRYPT_MODE, boxKey(view, name, to), boxContext(view, name, to), shares);
    }

    /**
     * What another member sealed for this one: the share of its mask key, then of its self mask.
     */
    byte[] open(WireView view, String from, byte[] box) {
        return JdkCrypto.aead(
                Cipher.DECRYPT_MODE, boxKey(view, from, name), boxContext(view, from, name), box);
    }

    byte[] maskKeyShare(int holder) {
        return value(ofMaskKey, holder + 1);
    }

    byte[] selfMaskShare(int holder) {
        return value(ofSelfMask, holder + 1);
    }

    static void addMask(int[] sum, byte[] seed, int sign) {
        ByteBuffer stream =
                ByteBuffer.wrap(JdkCrypto.chaCha20(seed, 4 * sum.length))
                        .order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < sum.length; i++) {
            sum[i] += sign * stream.getInt();
        }
    }

    static byte[] selfMaskSeed(WireView view, byte[] selfMask) {
        return JdkCrypto.hkdf(selfMask, view.session(), info("self mask stream", view.seed()));
    }

    /** The seed of the mask that this member and another share. */
    byte[] pairSeed(WireView view, String other) {
        byte[] point = JdkCrypto.x25519(JdkCrypto.x25519Scalar(mask), view.maskKey(other));
        boolean isLower = view.number(name) < view.number(other);
        String lower = isLower ? name : other;
        String higher = isLower ? other : name;
        return JdkCrypto.hkdf(
                point,
                view.session(),
                info(
                        "pair mask",
                        view.seed(),
                        named(lower),
                        named(higher),
                        view.maskKey(lower),
                        view.maskKey(higher)));
    }

    /** An input under all masks. */
    int[] masked(WireView view, Iterable<String> sharers, int[] input) {
        int[] sum = input.clone();
        addMask(sum, selfMaskSeed(view, selfMask), 1);
        for (String other : sharers) {
            if (!other.equals(name)) {
                int sign = view.number(name) < view.number(other) ? 1 : -1;
                addMask(sum, pairSeed(view, other), sign);
            }
        }
        return sum;
    }

    byte[] vote(WireView view, byte[] sharers, byte[] survivors) {
        byte[] signed = concat(new byte[] {1, 8}, view.session(), view.seed(), sharers, survivors);
        return JdkCrypto.sign(longTerm.getPrivate(), "gossamer/secagg/survivors/v1", signed);
    }

    /** The bytes of an advert by what they are: signer, channel key and mask key. */
    static byte[] field(byte[] advert, int index) {
        return part(advert, 1 + advert[0] + 32 * index, 32);
    }
}
