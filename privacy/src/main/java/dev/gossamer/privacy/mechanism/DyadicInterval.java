package dev.gossamer.privacy.mechanism;

import java.math.BigInteger;

/**
 * An interval that holds a real number of [0, 1], its ends integers times {@code 2^-bits}.
 *
 * <p>Each operation rounds the lower end down and the upper end up, so that a number is never lost.
 *
 * @param low at most the number, times {@code 2^bits}
 * @param high at least the number, times {@code 2^bits}
 */
record DyadicInterval(BigInteger low, BigInteger high, int bits) {
    /** The number 1. */
    static DyadicInterval one(int bits) {
        BigInteger one = BigInteger.ONE.shiftLeft(bits);
        return new DyadicInterval(one, one, bits);
    }

    /** The number 0. */
    static DyadicInterval zero(int bits) {
        return new DyadicInterval(BigInteger.ZERO, BigInteger.ZERO, bits);
    }

    /** The number times {@code numerator / denominator}, which is positive and at most 1. */
    DyadicInterval times(BigInteger numerator, BigInteger denominator) {
        return new DyadicInterval(
                low.multiply(numerator).divide(denominator),
                ceilingDivide(high.multiply(numerator), denominator),
                bits);
    }

    /** The number squared. */
    DyadicInterval squared() {
        return new DyadicInterval(
                low.multiply(low).shiftRight(bits), shiftUp(high.multiply(high), bits), bits);
    }

    /**
     * The exponential of minus {@code numerator / denominator}, which is not negative, in an
     * interval shorter than {@code 2^-bits}.
     *
     * <p>With y the argument halved until it is at most 1/2, 1 / exp(y) from the Taylor series of
     * exp(y), whose terms are positive and from each to the next at most halved, squared as often
     * as the argument was halved. A squaring at most doubles a width below 1 and adds 2 units, so
     * that h halvings cost h + 1 bits; the series and the reciprocal, fewer than 2^16 units.
     */
    static DyadicInterval expMinus(BigInteger numerator, BigInteger denominator, int bits) {
        int halvings = Math.max(0, numerator.bitLength() - denominator.bitLength() + 2);
        int working = bits + halvings + 20;
        BigInteger divisor = denominator.shiftLeft(halvings);
        BigInteger scaled = numerator.shiftLeft(working);
        BigInteger lowest = scaled.divide(divisor);
        BigInteger highest = ceilingDivide(scaled, divisor);
        BigInteger square = BigInteger.ONE.shiftLeft(2 * working);
        DyadicInterval power =
                new DyadicInterval(
                        square.divide(seriesAbove(highest, working)),
                        ceilingDivide(square, seriesBelow(lowest, working)),
                        working);
        for (int i = 0; i < halvings; i++) {
            power = power.squared();
        }
        return power;
    }

    /** At most exp(y), with fewer units of error than terms: what is left out is below 1 unit. */
    private static BigInteger seriesBelow(BigInteger y, int bits) {
        BigInteger term = BigInteger.ONE.shiftLeft(bits);
        BigInteger sum = term;
        for (long i = 1; term.signum() > 0; i++) {
            term = term.multiply(y).shiftRight(bits).divide(BigInteger.valueOf(i));
            sum = sum.add(term);
        }
        return sum;
    }

    /** At least exp(y): each term rounded up, and the last one again for all that follow. */
    private static BigInteger seriesAbove(BigInteger y, int bits) {
        BigInteger term = BigInteger.ONE.shiftLeft(bits);
        BigInteger sum = term;
        for (long i = 1; term.bitLength() > 2; i++) {
            term = ceilingDivide(shiftUp(term.multiply(y), bits), BigInteger.valueOf(i));
            sum = sum.add(term);
        }
        return sum.add(term);
    }

    private static BigInteger shiftUp(BigInteger value, int places) {
        return value.negate().shiftRight(places).negate();
    }

    private static BigInteger ceilingDivide(BigInteger value, BigInteger divisor) {
        BigInteger[] both = value.divideAndRemainder(divisor);
        return both[1].signum() == 0 ? both[0] : both[0].add(BigInteger.ONE);
    }
}
