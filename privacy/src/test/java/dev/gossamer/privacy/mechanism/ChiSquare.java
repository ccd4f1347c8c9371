package dev.gossamer.privacy.mechanism;

import org.apache.commons.math3.distribution.ChiSquaredDistribution;

import java.util.function.LongToDoubleFunction;

/**
 * Pearson's test of samples against a law on the integers, at a false-alarm rate of 1e-6.
 *
 * <p>Integers go in bins of equal width; bins whose expected count is below 25 join their
 * neighbours, so that the statistic is close to chi-square with one degree of freedom fewer than
 * there are bins. With the seeds of the tests fixed, an alarm can only come with a change of code.
 */
final class ChiSquare {
    private static final double FALSE_ALARM = 1e-6;
    private static final double LEAST_EXPECTED = 25;

    private final long first;
    private final long width;
    private final double[] shares;
    private final long[] counts;
    private long samples;

    /**
     * A test of samples that lie in {@code [first, first + width bins)} but for a share that no
     * test sees.
     *
     * @param mass in any unit
     */
    ChiSquare(long first, long width, int bins, LongToDoubleFunction mass) {
        this.first = first;
        this.width = width;
        shares = new double[bins];
        counts = new long[bins];
        double total = 0;
        for (int bin = 0; bin < bins; bin++) {
            for (long i = 0; i < width; i++) {
                shares[bin] += mass.applyAsDouble(first + bin * width + i);
            }
            total += shares[bin];
        }
        for (int bin = 0; bin < bins; bin++) {
            shares[bin] /= total;
        }
    }

    /** Counts a sample; those beyond the bins count with the outermost. */
    void add(long sample) {
        int bin = Math.clamp((sample - first) / width, 0, counts.length - 1);
        counts[bin]++;
        samples++;
    }

    /**
     * The statistic over the bound that it keeps below, but for one in a million exact samplers.
     */
    double overBound() {
        double statistic = 0;
        int degrees = -1;
        double expected = 0;
        double counted = 0;
        double expectedLeft = samples;
        for (int bin = 0; bin < counts.length; bin++) {
            expected += samples * shares[bin];
            counted += counts[bin];
            boolean isLast = bin == counts.length - 1;
            boolean restIsEnough = expectedLeft - expected >= LEAST_EXPECTED;
            if (isLast || (expected >= LEAST_EXPECTED && restIsEnough)) {
                statistic += (counted - expected) * (counted - expected) / expected;
                degrees++;
                expectedLeft -= expected;
                expected = 0;
                counted = 0;
            }
        }
        double bound =
                new ChiSquaredDistribution(degrees).inverseCumulativeProbability(1 - FALSE_ALARM);
        return statistic / bound;
    }
}
