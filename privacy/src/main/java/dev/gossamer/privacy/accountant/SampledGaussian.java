package dev.gossamer.privacy.accountant;

import org.apache.commons.numbers.gamma.Erfc;
import org.apache.commons.numbers.gamma.Erfcx;

/**
 * The Renyi divergence of one Poisson-sampled Gaussian release, under add-or-remove-one.
 *
 * <p>With q the sampling rate and s the noise multiplier, {@code A = E[(1 - q + q e^((2x - 1) /
 * 2s^2))^a]} over {@code x ~ N(0, s^2)}, and the divergence of order a is {@code ln A / (a - 1)}
 * (Mironov, Talwar, Zhang 2019).
 *
 * <p><b>Integer orders</b>: the binomial sum. Its weights sum to one, so {@code A - 1} is the sum
 * of {@code C(a,k) (1-q)^(a-k) q^k (e^((k^2-k)/2s^2) - 1)}, in which all terms are positive: the
 * result keeps its relative precision however small it is.
 *
 * <p><b>Other orders</b>: two infinite series, split where both halves of the mixture are equal, at
 * {@code z0 = s^2 ln(1/q - 1) + 1/2}. The generalised binomial changes its sign from {@code k >
 * ceil(a)} on; taking its magnitude instead, as some libraries do, overestimates A by up to a tenth
 * and lets small orders diverge. Beyond z0 the exponents of a term cancel but for one constant,
 * {@code K = (1-q)^a e^(-z0^2/2s^2)}: with {@code erfcx} in place of {@code erfc} they are
 * cancelled on paper, where subtracting numbers near k^2 would lose all digits.
 */
final class SampledGaussian {
    private static final double SQRT2 = Math.sqrt(2);

    /** Terms below e^-30 of the sum, 1e-13 of it, end the series. */
    private static final double NEGLIGIBLE = 30;

    /** Terms fall like k^-(a+1) at worst: at order 1.1 some 20,000 of them are needed. */
    private static final int MOST_TERMS = 1_000_000;

    /** A sum near 1 holds a logarithm this small with five digits; below, integers answer. */
    private static final double LEAST_RESOLVED = 1e-11;

    private final double s;
    private final double logQ;
    private final double logRest;
    private final double split;

    /**
     * The release.
     *
     * @param q inside (0, 1)
     * @param s above 0
     */
    SampledGaussian(double q, double s) {
        this.s = s;
        logQ = Math.log(q);
        logRest = Math.log1p(-q);
        split = s * s * (logRest - logQ) + 0.5;
    }

    /** The divergence of an order above 1; infinite where it cannot be computed. */
    double divergence(double order) {
        double log = order == Math.rint(order) ? integerLog((int) order) : fractionalLog(order);
        return log >= 0 ? log / (order - 1) : Double.POSITIVE_INFINITY;
    }

    /** {@code ln A} at an integer order. */
    private double integerLog(int order) {
        LogSum above = new LogSum();
        double logBinomial = 0;
        for (int k = 1; k <= order; k++) {
            logBinomial += Math.log((order - k + 1.0) / k);
            double exponent = exponent(k);
            if (exponent > 0) {
                double grown = exponent + Math.log(-Math.expm1(-exponent));
                above.add(logBinomial + k * logQ + (order - k) * logRest + grown);
            }
        }
        return above.log1p();
    }

    private double exponent(double k) {
        return (k * k - k) / (2 * s * s);
    }

    private double fractionalLog(double order) {
        double log = seriesLog(order);
        return log > LEAST_RESOLVED ? log : interpolatedLog(order);
    }

    /** From above: ln A is convex in the order, and 0 at order 1. */
    private double interpolatedLog(double order) {
        int below = (int) order;
        double low = below == 1 ? 0 : integerLog(below);
        return low + (order - below) * (integerLog(below + 1) - low);
    }

    private double seriesLog(double order) {
        double logTail = order * logRest - split * split / (2 * s * s);
        LogSum sum = new LogSum();
        double logBinomial = 0;
        double sign = 1;
        double lowBefore = Double.POSITIVE_INFINITY;
        double highBefore = Double.POSITIVE_INFINITY;
        for (int k = 0; k < MOST_TERMS; k++) {
            double j = order - k;
            double low = logBinomial + lowTerm(k, j, logTail);
            double high = logBinomial + highTerm(j, k, logTail);
            if (k > order + 1 && Math.max(low, high) < sum.log() - NEGLIGIBLE) {
                // Signs alternate by now, and what is left is as if it fell by one ratio.
                sum.add(low, sign / (1 + Math.exp(low - lowBefore)));
                sum.add(high, sign / (1 + Math.exp(high - highBefore)));
                return sum.log();
            }
            sum.add(low, sign);
            sum.add(high, sign);
            lowBefore = low;
            highBefore = high;
            double factor = (order - k) / (k + 1);
            logBinomial += Math.log(Math.abs(factor));
            sign *= Math.signum(factor);
        }
        return Double.NaN;
    }

    /** Over x below z0, where the base q e^(...) stays below 1 - q. */
    private double lowTerm(double k, double j, double logTail) {
        double x = (k - split) / (SQRT2 * s);
        return x > 0
                ? logTail + Math.log(0.5 * Erfcx.value(x))
                : direct(k, j) + Math.log(0.5 * Erfc.value(x));
    }

    /** Over x above z0. */
    private double highTerm(double j, double k, double logTail) {
        double x = (split - j) / (SQRT2 * s);
        return x > 0
                ? logTail + Math.log(0.5 * Erfcx.value(x))
                : direct(j, k) + Math.log(0.5 * Erfc.value(x));
    }

    private double direct(double powerOfQ, double powerOfRest) {
        return powerOfQ * logQ + powerOfRest * logRest + exponent(powerOfQ);
    }
}
