package dev.gossamer.privacy.secagg;

import java.math.BigInteger;
import java.util.Arrays;

/**
 * The integers modulo 2^256 + 297, the smallest prime above 2^256: every 32-byte secret is an
 * element, and so is every holder's number.
 *
 * <p>Elements are written in 33 bytes, little-endian. {@link BigInteger} does not run in constant
 * time; it runs on secrets inside a process and in no loop that a peer can time finely.
 */
final class PrimeField {
    /** The prime. */
    static final BigInteger PRIME = BigInteger.TWO.pow(256).add(BigInteger.valueOf(297));

    /** The length of an encoded element. */
    static final int ELEMENT_BYTES = 33;

    private PrimeField() {}

    /** The element of a 32-byte secret, little-endian. */
    static BigInteger ofSecret(byte[] secret) {
        return new BigInteger(1, reversed(secret));
    }

    /** The secret that an element is, or a refusal: a few elements lie above all secrets. */
    static byte[] toSecret(BigInteger element) throws Refusal {
        byte[] encoded = encode(element);
        if (encoded[MaskStream.SEED_BYTES] != 0) {
            throw new Refusal(Fault.WRONG_SECRET, "shares give an element that is no secret");
        }
        return Arrays.copyOf(encoded, MaskStream.SEED_BYTES);
    }

    /** The 33 bytes of an element. */
    static byte[] encode(BigInteger element) {
        byte[] big = element.toByteArray();
        byte[] little = new byte[ELEMENT_BYTES];
        for (int i = 0; i < Math.min(big.length, ELEMENT_BYTES); i++) {
            little[i] = big[big.length - 1 - i];
        }
        return little;
    }

    /** The element of 33 bytes; a value at or above the prime is refused. */
    static BigInteger decode(byte[] encoded) throws Refusal {
        if (encoded.length != ELEMENT_BYTES) {
            throw new Refusal(
                    Fault.BAD_SHARE,
                    "share has a wrong length: bytes="
                            + encoded.length
                            + ", expected="
                            + ELEMENT_BYTES);
        }
        BigInteger element = new BigInteger(1, reversed(encoded));
        if (element.compareTo(PRIME) >= 0) {
            throw new Refusal(Fault.BAD_SHARE, "share is not in the field: bound=2^256+297");
        }
        return element;
    }

    /** An element that is uniform: 257 bits from the stream until they are below the prime. */
    static BigInteger uniform(MaskStream coins) {
        while (true) {
            byte[] drawn = coins.next(ELEMENT_BYTES);
            drawn[ELEMENT_BYTES - 1] &= 1;
            BigInteger candidate = new BigInteger(1, reversed(drawn));
            if (candidate.compareTo(PRIME) < 0) {
                return candidate;
            }
        }
    }

    static BigInteger multiply(BigInteger a, BigInteger b) {
        return a.multiply(b).mod(PRIME);
    }

    /** The inverses of all, none zero, for the price of one and three products each. */
    static BigInteger[] inverses(BigInteger[] values) {
        BigInteger[] prefix = new BigInteger[values.length + 1];
        prefix[0] = BigInteger.ONE;
        for (int i = 0; i < values.length; i++) {
            prefix[i + 1] = multiply(prefix[i], values[i]);
        }
        BigInteger suffix = prefix[values.length].modInverse(PRIME);
        BigInteger[] inverses = new BigInteger[values.length];
        for (int i = values.length - 1; i >= 0; i--) {
            inverses[i] = multiply(suffix, prefix[i]);
            suffix = multiply(suffix, values[i]);
        }
        return inverses;
    }

    private static byte[] reversed(byte[] bytes) {
        byte[] reversed = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            reversed[i] = bytes[bytes.length - 1 - i];
        }
        return reversed;
    }
}
