package dev.gossamer.privacy.mechanism;

import java.math.BigDecimal;
import java.math.BigInteger;

/** Masses proportional to exp(-x^2 / (2 sigma^2)) on the integers, for a rational sigma^2. */
final class GaussianLaw implements UnimodalLaw {
    /** The logarithm is a quotient of a square: five roundings of 2^-53, here 2^-50. */
    private static final double RELATIVE_ERROR = 0x1.0p-50;

    private final double twiceVariance;
    private final BigInteger twiceNumerator;
    private final BigInteger denominator;

    /** The law whose sigma^2 is {@code variance}, which has finitely many binary places. */
    GaussianLaw(BigDecimal variance) {
        BigInteger unscaled = variance.unscaledValue();
        BigInteger power = BigInteger.TEN.pow(Math.abs(variance.scale()));
        BigInteger numerator = variance.scale() < 0 ? unscaled.multiply(power) : unscaled;
        BigInteger divisor = variance.scale() < 0 ? BigInteger.ONE : power;
        BigInteger common = numerator.gcd(divisor);
        twiceNumerator = numerator.divide(common).shiftLeft(1);
        denominator = divisor.divide(common);
        twiceVariance = 2 * variance.doubleValue();
    }

    @Override
    public double deviation() {
        return Math.sqrt(twiceVariance / 2);
    }

    @Override
    public double log(long offset) {
        return -((double) offset * offset / twiceVariance);
    }

    @Override
    public double logError(long offset, double log) {
        return -log * RELATIVE_ERROR;
    }

    @Override
    public DyadicInterval ratio(long offset, int bits) {
        BigInteger square = BigInteger.valueOf(offset).pow(2);
        return DyadicInterval.expMinus(square.multiply(denominator), twiceNumerator, bits);
    }
}
