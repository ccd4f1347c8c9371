package dev.gossamer.privacy.mechanism;

import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * The proof, by exact arithmetic, that no sum of clients' integers and noise leaves the ring.
 *
 * <p>A coordinate of an integer vector is at most the vector's L2 norm, so that the sum of n
 * clients is at most n floor(sqrt(Delta^2)) whatever they send within their sensitivity. Noise has
 * six of its deviations left over, which a coordinate exceeds once in 5 10^8; even then the sum
 * wraps around only where all clients are at their largest, and what is harmed is accuracy, never
 * privacy.
 *
 * @param modulusBits 32 or 64
 * @param largestSum of the clients' integers, in one coordinate
 * @param noiseVariance of the sum of all noise
 */
record RingCapacity(int modulusBits, BigInteger largestSum, BigDecimal noiseVariance) {
    private static final int HEADROOM_DEVIATIONS = 6;

    /** A ring that exists. */
    RingCapacity {
        if (modulusBits != Integer.SIZE && modulusBits != Long.SIZE) {
            throw new IllegalArgumentException(
                    "no such ring: modulusBits=" + modulusBits + ", bound=32 or 64");
        }
    }

    /** The ring of {@code cohort} vectors of that squared norm at most. */
    static RingCapacity of(
            int modulusBits, int cohort, BigInteger squaredBound, BigDecimal noiseVariance) {
        BigInteger largestSum = squaredBound.sqrt().multiply(BigInteger.valueOf(cohort));
        return new RingCapacity(modulusBits, largestSum, noiseVariance);
    }

    /** Six deviations squared are at most the square of what the sum leaves of the ring's half. */
    boolean isEnough() {
        BigInteger left = half().subtract(BigInteger.ONE).subtract(largestSum);
        BigDecimal headroom =
                noiseVariance.multiply(
                        BigDecimal.valueOf(HEADROOM_DEVIATIONS * HEADROOM_DEVIATIONS));
        return left.signum() >= 0 && headroom.compareTo(new BigDecimal(left.pow(2))) <= 0;
    }

    private BigInteger half() {
        return BigInteger.ONE.shiftLeft(modulusBits - 1);
    }

    /** Throws unless the ring is enough. */
    void require() {
        if (!isEnough()) {
            throw new IllegalArgumentException(
                    "sums can leave the ring: largestSum="
                            + largestSum
                            + ", noiseDeviations="
                            + HEADROOM_DEVIATIONS
                            + " of "
                            + Math.sqrt(noiseVariance.doubleValue())
                            + ", bound="
                            + half()
                            + ", modulusBits="
                            + modulusBits
                            + "; take fewer clients, less noise, a coarser grid or 64 bits");
        }
    }
}
