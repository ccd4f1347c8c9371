package dev.gossamer.privacy.accountant;

/**
 * A sum of signed terms that are given by their logarithms.
 *
 * <p>Kept relative to its largest term, so that neither tiny nor huge terms leave the range.
 */
final class LogSum {
    private double scale = Double.NEGATIVE_INFINITY;
    private double sum;

    /** Adds {@code e^logarithm}. */
    void add(double logarithm) {
        add(logarithm, 1);
    }

    /** Adds {@code factor * e^logarithm}. */
    void add(double logarithm, double factor) {
        if (logarithm == Double.NEGATIVE_INFINITY) {
            return;
        }
        if (logarithm > scale) {
            sum *= Math.exp(scale - logarithm);
            scale = logarithm;
        }
        sum += factor * Math.exp(logarithm - scale);
    }

    /** The logarithm of the sum; NaN where the sum is negative. */
    double log() {
        return sum == 0 ? Double.NEGATIVE_INFINITY : scale + Math.log(sum);
    }

    /** {@code ln(1 + sum)}. */
    double log1p() {
        double log = log();
        return log > 0 ? log + Math.log1p(Math.exp(-log)) : Math.log1p(Math.exp(log));
    }
}
