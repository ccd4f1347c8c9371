package dev.gossamer.privacy.mechanism;

import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * The Poisson law of a dyadic mean, seen from its mode m = floor(mean).
 *
 * <p>In double precision ln f(k) is Loader's ("Fast and Accurate Computation of Binomial
 * Probabilities", 2000) for k &ge; 16: -ln(2 pi k) / 2 - delta(k) - D(k), with the error delta of
 * Stirling's formula and the deviance D(k) = k ln(k / mean) - (k - mean), of which nothing large
 * cancels. For k &lt; 16 it is k ln(mean) - ln(k!) - mean. With u = 2^-53, operations within u and
 * {@link StrictMath#log} within 2 u of what they should be (relative), the errors of ln f(k) are
 * below
 *
 * <ul>
 *   <li>70 u for ln(2 pi k) / 2, which is below 16, its delta and the sums;
 *   <li>20 u D(k) for the series of D, whose first term is positive, five roundings old and the
 *       largest by a factor of 50, with at most eight sums, and for the sums above;
 *   <li>6 u (k |ln(k / mean)| + k + |k - mean|) where D is computed from the logarithm, and for k
 *       &lt; 16, with ln(k!) in the place of k.
 * </ul>
 *
 * The bound that is used, {@value #MARGIN} times 2^-53 of (10 + D(k)) or of the magnitudes that go
 * into the logarithm, is at least three times that for both of the masses that a ratio consists of.
 *
 * <p>Exactly, f(k) / f(m) is a product of |k - m| rationals, each at most 1.
 */
final class PoissonLaw implements UnimodalLaw {
    /** Means up to this one have masses that fit the bounds above. */
    static final double LARGEST_MEAN = 0x1.0p40;

    static final double LEAST_MEAN = 0x1.0p-40;

    private static final int MARGIN = 64;
    private static final double UNIT_ROUNDOFF = 0x1.0p-53;
    private static final int STIRLING_FROM = 16;

    /** Beyond this share of the mean the deviance loses nothing by cancellation. */
    private static final double SERIES_BELOW = 0.1;

    /** More than any product of {@link #ratio} has factors. */
    private static final int FACTOR_BITS = 64;

    private final double mean;
    private final long mode;
    private final BigInteger numerator;
    private final int denominatorBits;
    private final double logOfModeMass;
    private final double errorOfModeMass;

    /** The law of {@code mean}, the double taken as the rational that it is. */
    PoissonLaw(double mean) {
        this.mean = mean;
        mode = (long) mean;
        BigDecimal exact = new BigDecimal(mean);
        denominatorBits = Math.max(0, exact.scale());
        numerator = exact.multiply(powerOfTwo(denominatorBits)).toBigIntegerExact();
        logOfModeMass = logOfMass((double) mode);
        errorOfModeMass = errorOfMass((double) mode);
    }

    private static BigDecimal powerOfTwo(int bits) {
        return new BigDecimal(BigInteger.ONE.shiftLeft(bits));
    }

    /** The integer that offsets count from, of the largest mass. */
    long mode() {
        return mode;
    }

    @Override
    public double deviation() {
        return Math.sqrt(mean);
    }

    @Override
    public double log(long offset) {
        if (offset < -mode) {
            return Double.NEGATIVE_INFINITY;
        }
        return offset == 0 ? 0 : logOfMass((double) (mode + offset)) - logOfModeMass;
    }

    @Override
    public double logError(long offset, double log) {
        if (offset == 0 || offset < -mode) {
            return 0;
        }
        return errorOfMass((double) (mode + offset)) + errorOfModeMass;
    }

    /** Integers below 2^53, which this law has, are doubles. */
    private double logOfMass(double k) {
        if (k < STIRLING_FROM) {
            return k * StrictMath.log(mean) - logOfFactorial(k) - mean;
        }
        return -0.5 * StrictMath.log(2 * Math.PI * k) - stirlingError(k) - deviance(k);
    }

    private double errorOfMass(double k) {
        double magnitude;
        if (k < STIRLING_FROM) {
            magnitude = k * Math.abs(StrictMath.log(mean)) + logOfFactorial(k) + mean;
        } else if (isNear(k)) {
            magnitude = deviance(k);
        } else {
            magnitude = k * Math.abs(StrictMath.log(k / mean)) + k + Math.abs(k - mean);
        }
        return MARGIN * UNIT_ROUNDOFF * (10 + magnitude);
    }

    /** The factorial is below 2^53, so that only the logarithm rounds. */
    private static double logOfFactorial(double k) {
        double factorial = 1;
        for (int i = 2; i <= k; i++) {
            factorial *= i;
        }
        return StrictMath.log(factorial);
    }

    /** The series of delta envelops it: what follows k^-9 is below 0.002 k^-11, so below 2^-52. */
    private static double stirlingError(double k) {
        double s = 1 / (k * k);
        double inner = 1 / 1260.0 - s * (1 / 1680.0 - s / 1188);
        return (1 / 12.0 - s * (1 / 360.0 - s * inner)) / k;
    }

    private boolean isNear(double k) {
        return Math.abs(k - mean) < SERIES_BELOW * mean;
    }

    private double deviance(double k) {
        if (!isNear(k)) {
            return k * StrictMath.log(k / mean) - (k - mean);
        }
        double v = (k - mean) / (k + mean);
        double square = v * v;
        double power = 2 * k * v;
        double sum = (k - mean) * v;
        for (int i = 3; ; i += 2) {
            power *= square;
            double next = sum + power / i;
            if (next == sum) {
                return sum;
            }
            sum = next;
        }
    }

    @Override
    public DyadicInterval ratio(long offset, int bits) {
        int working = bits + FACTOR_BITS;
        if (offset < -mode) {
            return DyadicInterval.zero(working);
        }
        DyadicInterval ratio = DyadicInterval.one(working);
        for (long k = mode + 1; k <= mode + offset; k++) {
            ratio = ratio.times(numerator, BigInteger.valueOf(k).shiftLeft(denominatorBits));
        }
        for (long k = mode; k > mode + offset; k--) {
            ratio = ratio.times(BigInteger.valueOf(k).shiftLeft(denominatorBits), numerator);
        }
        return ratio;
    }
}
