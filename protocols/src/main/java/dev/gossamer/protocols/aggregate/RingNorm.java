package dev.gossamer.protocols.aggregate;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;

/**
 * A bound of the Euclidean norm of an update as the integers that are added, held to exactly: what
 * one report can change of a sum is at most this, and noise is measured by it.
 *
 * <p>The squares are summed in 128 bits, whatever the values.
 */
public final class RingNorm {
    private final FixedPoint fixedPoint;
    private final double bound;
    private final BigInteger squares;

    /**
     * A bound.
     *
     * @param bound of the values that the integers stand for, above 0 and below the ring's
     */
    public RingNorm(FixedPoint fixedPoint, double bound) {
        if (!(bound > 0 && bound < fixedPoint.bound())) {
            throw new IllegalArgumentException(
                    "norm is out of range: bound=" + bound + ", ring=" + fixedPoint.bound());
        }
        this.fixedPoint = fixedPoint;
        this.bound = bound;
        BigDecimal units = new BigDecimal(Math.scalb(bound, fixedPoint.fractionBits()));
        squares = units.multiply(units).setScale(0, RoundingMode.FLOOR).toBigIntegerExact();
    }

    /** The bound of the values. */
    public double bound() {
        return bound;
    }

    /** The bound, in units of the ring. */
    public double units() {
        return Math.scalb(bound, fixedPoint.fractionBits());
    }

    /** Whether the integers of {@code values}, all of them held by the ring, are within it. */
    public boolean holds(float[] values) {
        long high = 0;
        long low = 0;
        for (float value : values) {
            long units = fixedPoint.toRing(value);
            long square = units * units;
            low += square;
            high += Math.multiplyHigh(units, units);
            if (Long.compareUnsigned(low, square) < 0) {
                high++;
            }
        }
        return unsigned(high).shiftLeft(Long.SIZE).add(unsigned(low)).compareTo(squares) <= 0;
    }

    private static BigInteger unsigned(long bits) {
        BigInteger value = BigInteger.valueOf(bits);
        return bits < 0 ? value.add(BigInteger.ONE.shiftLeft(Long.SIZE)) : value;
    }
}
