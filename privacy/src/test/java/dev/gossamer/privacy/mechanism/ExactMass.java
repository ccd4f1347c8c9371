package dev.gossamer.privacy.mechanism;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;

/** Masses relative to the mode's to 150 decimal places, computed as the product does not. */
final class ExactMass {
    static final MathContext PLACES = new MathContext(150);

    private ExactMass() {}

    /** The exponential, by its plain series on a 2^20-th of the argument. */
    static BigDecimal exp(BigDecimal argument) {
        BigDecimal part = argument.divide(new BigDecimal(BigInteger.ONE.shiftLeft(20)), PLACES);
        BigDecimal term = BigDecimal.ONE;
        BigDecimal sum = BigDecimal.ONE;
        for (int i = 1; i < 100; i++) {
            term = term.multiply(part, PLACES).divide(BigDecimal.valueOf(i), PLACES);
            sum = sum.add(term, PLACES);
        }
        for (int i = 0; i < 20; i++) {
            sum = sum.multiply(sum, PLACES);
        }
        return sum;
    }

    /** exp(-x^2 / (2 variance)). */
    static BigDecimal gaussian(double variance, long x) {
        BigDecimal square = BigDecimal.valueOf(x).pow(2);
        return exp(square.divide(new BigDecimal(-2 * variance), PLACES));
    }

    /** mean^offset mode! / (mode + offset)!, from its factorials. */
    static BigDecimal poisson(double mean, int mode, int offset) {
        BigDecimal power = new BigDecimal(mean).pow(Math.abs(offset));
        BigDecimal factorials = factorial(mode).divide(factorial(mode + offset), PLACES);
        return offset < 0 ? factorials.divide(power, PLACES) : factorials.multiply(power, PLACES);
    }

    private static BigDecimal factorial(int n) {
        BigInteger product = BigInteger.ONE;
        for (int i = 2; i <= n; i++) {
            product = product.multiply(BigInteger.valueOf(i));
        }
        return new BigDecimal(product);
    }
}
