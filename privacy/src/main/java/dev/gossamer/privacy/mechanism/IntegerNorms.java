package dev.gossamer.privacy.mechanism;

import java.math.BigInteger;

/** Norms of the integers that are really sent, exact: what sensitivity is charged by. */
public final class IntegerNorms {
    private static final BigInteger WORD = BigInteger.ONE.shiftLeft(Long.SIZE);

    private IntegerNorms() {}

    /** The sum of the squares. */
    public static BigInteger squaredL2(long[] values) {
        long low = 0;
        long middle = 0;
        long high = 0;
        for (long value : values) {
            long magnitude = Math.abs(value); // as an unsigned number, for the least one too
            long square = magnitude * magnitude;
            low += square;
            long carry = Long.compareUnsigned(low, square) < 0 ? 1 : 0;
            long upper = Math.unsignedMultiplyHigh(magnitude, magnitude) + carry;
            middle += upper;
            high += Long.compareUnsigned(middle, upper) < 0 ? 1 : 0;
        }
        return unsigned(high)
                .multiply(WORD)
                .add(unsigned(middle))
                .multiply(WORD)
                .add(unsigned(low));
    }

    /** The sum of the magnitudes. */
    public static BigInteger l1(long[] values) {
        long low = 0;
        long high = 0;
        for (long value : values) {
            long magnitude = Math.abs(value);
            low += magnitude;
            high += Long.compareUnsigned(low, magnitude) < 0 ? 1 : 0;
        }
        return unsigned(high).multiply(WORD).add(unsigned(low));
    }

    private static BigInteger unsigned(long word) {
        BigInteger signed = BigInteger.valueOf(word);
        return word < 0 ? signed.add(WORD) : signed;
    }

    /** Whether the L2 norm is at most the root of {@code squaredBound}. */
    public static boolean isWithin(long[] values, BigInteger squaredBound) {
        return squaredL2(values).compareTo(squaredBound) <= 0;
    }

    /** Throws {@link SensitivityException} unless {@link #isWithin}. */
    public static void requireWithin(long[] values, BigInteger squaredBound) {
        BigInteger squaredNorm = squaredL2(values);
        if (squaredNorm.compareTo(squaredBound) > 0) {
            throw new SensitivityException(squaredNorm, squaredBound);
        }
    }
}
