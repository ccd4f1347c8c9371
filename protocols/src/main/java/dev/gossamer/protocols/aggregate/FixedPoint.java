package dev.gossamer.protocols.aggregate;

/**
 * The one function that turns values into elements of the 64-bit ring, and back.
 *
 * <p>A value is rounded half to even at {@code fractionBits} binary places; a weighted value is
 * that integer times an integer weight. For values below {@code 2^valueBits} in magnitude, weights
 * below {@code 2^weightBits} and cohorts below {@code 2^cohortBits} no sum can overflow where the
 * bits add to at most 63.
 *
 * @param fractionBits binary places kept, 0 to 52
 * @param valueBits magnitudes stay below {@code 2^valueBits}, 1 to 30
 * @param weightBits weights stay below {@code 2^weightBits}, 1 to 30
 */
public record FixedPoint(int fractionBits, int valueBits, int weightBits) {
    private static final int RING_BITS = 63;

    /** Bits within their ranges. */
    public FixedPoint {
        if (fractionBits < 0
                || fractionBits > 52
                || valueBits < 1
                || valueBits > 30
                || weightBits < 1
                || weightBits > 30
                || fractionBits + valueBits + weightBits > RING_BITS) {
            throw new IllegalArgumentException(
                    "ring can overflow: fractionBits="
                            + fractionBits
                            + ", valueBits="
                            + valueBits
                            + ", weightBits="
                            + weightBits
                            + ", ringBits="
                            + RING_BITS);
        }
    }

    /**
     * The finest scale at which {@code cohort} reports of weight at most {@code maxWeight} cannot
     * overflow.
     */
    public static FixedPoint planned(int cohort, int maxWeight) {
        if (cohort < 1 || maxWeight < 1) {
            throw new IllegalArgumentException(
                    "cohort and weight must be positive: cohort="
                            + cohort
                            + ", maxWeight="
                            + maxWeight);
        }
        int valueBits = 6;
        int weightBits = bitsFor(maxWeight);
        int fractionBits = Math.min(40, RING_BITS - valueBits - weightBits - bitsFor(cohort));
        return new FixedPoint(fractionBits, valueBits, weightBits);
    }

    private static int bitsFor(int count) {
        return Integer.SIZE - Integer.numberOfLeadingZeros(count);
    }

    /** Whether {@code value} has an element in the ring: finite, below the bound. */
    public boolean holds(float value) {
        return Math.abs(value) < bound();
    }

    /** Magnitudes must stay below this. */
    public double bound() {
        return Math.scalb(1.0, valueBits);
    }

    /** Whether {@code weight} is within 1 and the bound. */
    public boolean holdsWeight(int weight) {
        return weight >= 1 && weight < 1 << weightBits;
    }

    /** The ring element of a value that {@link #holds}. */
    public long toRing(float value) {
        return (long) Math.rint(Math.scalb((double) value, fractionBits));
    }

    /** The weighted mean of a sum of weighted elements. */
    public double mean(long sum, long weightSum) {
        return Math.scalb((double) sum / weightSum, -fractionBits);
    }
}
