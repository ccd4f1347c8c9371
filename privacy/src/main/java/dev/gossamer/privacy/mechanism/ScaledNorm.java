package dev.gossamer.privacy.mechanism;

import java.math.BigDecimal;

/**
 * The L2 norm of a vector of doubles as {@code root 2^exponent}, which neither overflows nor loses
 * what is small.
 *
 * <p>Values are scaled by the power of two that takes the largest to [1/2, 1). Squares and their
 * sum are carried as pairs of doubles: a square's rounding is exact by {@link Math#fma}, a sum's by
 * Knuth's TwoSum, and what is lost is the rounding of the small parts, below {@code length^2
 * 2^-105} of the sum, and squares below 2^-1000.
 */
final class ScaledNorm {
    private final double[] values;
    private final int exponent;
    private final double firstScale;
    private final double secondScale;
    private final double high;
    private final double low;
    private final double relativeError;

    /** The norm of {@code values}, which are finite and stay as they are for as long as this. */
    ScaledNorm(double[] values) {
        this.values = values;
        double largest = 0;
        for (double value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        exponent = largest == 0 ? 0 : Math.getExponent(largest) + 1;
        firstScale = Math.scalb(1.0, -exponent / 2);
        secondScale = Math.scalb(1.0, -exponent - -exponent / 2);
        double sum = 0;
        double rest = 0;
        for (double value : values) {
            double scaled = scaled(value);
            double square = scaled * scaled;
            double next = sum + square;
            double part = next - sum;
            rest += (sum - (next - part)) + (square - part) + Math.fma(scaled, scaled, -square);
            sum = next;
        }
        high = sum;
        low = rest;
        relativeError = ((double) values.length * values.length + 8) * 0x1.0p-105;
    }

    /** A value times {@code 2^-exponent}, in two steps as the power itself can overflow. */
    double scaled(double value) {
        return value * firstScale * secondScale;
    }

    int exponent() {
        return exponent;
    }

    /** The norm of the scaled values. */
    double root() {
        return Math.sqrt(high + low);
    }

    /** At least the relative error of {@link #root}. */
    double rootError() {
        return relativeError + 0x1.0p-51;
    }

    /** The norm, infinite where it is beyond a double. */
    double value() {
        return Math.scalb(root(), exponent);
    }

    /** Whether the true norm is at most {@code bound}: by exact arithmetic where it is close. */
    boolean isAtMost(double bound) {
        double limit = Math.scalb(bound, -exponent);
        double square = limit * limit;
        if (Double.isInfinite(square)) {
            return true;
        }
        double difference = high - square + (low - Math.fma(limit, limit, -square));
        double doubt = (relativeError + 0x1.0p-100) * (high + square) + 0x1.0p-900;
        if (Math.abs(difference) > doubt) {
            return difference < 0;
        }
        BigDecimal sum = BigDecimal.ZERO;
        for (double value : values) {
            sum = value == 0 ? sum : sum.add(new BigDecimal(value).pow(2));
        }
        return sum.compareTo(new BigDecimal(bound).pow(2)) <= 0;
    }
}
