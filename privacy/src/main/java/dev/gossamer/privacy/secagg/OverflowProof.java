package dev.gossamer.privacy.secagg;

import java.math.BigInteger;

/**
 * That no sum can wrap around, in exact integers: with M the modulus,
 *
 * <pre>
 * members · maxWeight · (2^(valueBits - 1) - 1) + noiseBound &lt; M / 2
 * </pre>
 *
 * <p>A wrapped sum looks like any other, so this is settled when a run is submitted.
 *
 * @param members at most in one sum
 * @param maxWeight of one member, 1 or more
 * @param valueBits of a quantised value, sign included, 2 to 62
 * @param noiseBound magnitude that the noise of a whole sum stays within, 0 without noise
 * @param ring the narrowest that holds every sum
 */
public record OverflowProof(
        int members, long maxWeight, int valueBits, BigInteger noiseBound, Ring ring) {
    private static final int MOST_VALUE_BITS = 62;

    /**
     * A proof that holds.
     *
     * @throws IllegalArgumentException if it does not, with the numbers
     */
    public OverflowProof {
        if (members < 1
                || maxWeight < 1
                || valueBits < 2
                || valueBits > MOST_VALUE_BITS
                || noiseBound.signum() < 0) {
            throw new IllegalArgumentException(
                    "out of range: members="
                            + members
                            + ", maxWeight="
                            + maxWeight
                            + ", valueBits="
                            + valueBits
                            + ", bound=2.."
                            + MOST_VALUE_BITS
                            + ", noiseBound="
                            + noiseBound);
        }
        BigInteger bound = bound(members, maxWeight, valueBits, noiseBound);
        if (bound.compareTo(ring.half()) >= 0) {
            throw new IllegalArgumentException(
                    "sums can wrap around, take fewer value bits or a smaller weight: members="
                            + members
                            + ", maxWeight="
                            + maxWeight
                            + ", valueBits="
                            + valueBits
                            + ", noiseBound="
                            + noiseBound
                            + ", largest sum="
                            + bound
                            + ", bound="
                            + ring.half());
        }
    }

    /**
     * The proof for the narrowest ring that holds.
     *
     * @throws IllegalArgumentException if no ring does, with the numbers
     */
    public static OverflowProof of(
            int members, long maxWeight, int valueBits, BigInteger noiseBound) {
        boolean fits =
                valueBits <= MOST_VALUE_BITS
                        && bound(members, maxWeight, Math.max(1, valueBits), noiseBound)
                                        .compareTo(Ring.WORDS_32.half())
                                < 0;
        Ring ring = fits ? Ring.WORDS_32 : Ring.WORDS_64;
        return new OverflowProof(members, maxWeight, valueBits, noiseBound, ring);
    }

    private static BigInteger bound(
            int members, long maxWeight, int valueBits, BigInteger noiseBound) {
        return BigInteger.ONE
                .shiftLeft(valueBits - 1)
                .subtract(BigInteger.ONE)
                .multiply(BigInteger.valueOf(members))
                .multiply(BigInteger.valueOf(maxWeight))
                .add(noiseBound);
    }

    /** The largest magnitude of a quantised value. */
    public long maxValue() {
        return (1L << (valueBits - 1)) - 1;
    }

    /** The largest magnitude of a sum. */
    public BigInteger largestSum() {
        return bound(members, maxWeight, valueBits, noiseBound);
    }
}
