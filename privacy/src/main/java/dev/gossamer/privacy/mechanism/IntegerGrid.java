package dev.gossamer.privacy.mechanism;

import java.math.BigInteger;

/**
 * The multiples of a step, which real vectors are rounded to before noise is added.
 *
 * @param step g, the distance of neighbours
 */
public record IntegerGrid(double step) {
    /** Beyond this a double has no fraction, and a quotient is no longer exact to one step. */
    static final double LARGEST = 0x1.0p52;

    /** Tries of conditional rounding; a clipped vector needs more once in 10^217. */
    private static final int MOST_TRIES = 1000;

    private static final int WORD_BITS = 63;

    /** A positive step. */
    public IntegerGrid {
        MechanismPreconditions.requirePositive("grid step", step);
    }

    /** Each value as the nearest multiple, to the even one between two. */
    public long[] nearest(double[] values) {
        double[] scaled = inSteps(values);
        long[] rounded = new long[scaled.length];
        for (int i = 0; i < scaled.length; i++) {
            rounded[i] = (long) Math.rint(scaled[i]);
        }
        return rounded;
    }

    /**
     * Each value as one of the two multiples beside it, on average the value itself, of the
     * roundings whose squared norm is at most {@code squaredBound}.
     *
     * <p>The share of a step that a value lies above a multiple is a double, and the comparison
     * with it draws as many bits as it needs: no probability is rounded.
     *
     * @param squaredBound {@link Rounding#squaredBound} of {@link Rounding#CONDITIONAL}
     */
    public long[] conditional(double[] values, BigInteger squaredBound, NoiseCoins coins) {
        double[] scaled = inSteps(values);
        long[] rounded = new long[scaled.length];
        for (int tries = 0; tries < MOST_TRIES; tries++) {
            for (int i = 0; i < scaled.length; i++) {
                double below = Math.floor(scaled[i]);
                rounded[i] = (long) below + (isUniformBelow(scaled[i] - below, coins) ? 1 : 0);
            }
            if (IntegerNorms.isWithin(rounded, squaredBound)) {
                return rounded;
            }
        }
        throw new SensitivityException(IntegerNorms.squaredL2(rounded), squaredBound);
    }

    /** Whether a uniform number of [0, 1) is below {@code share}, exactly. */
    static boolean isUniformBelow(double share, WordSource coins) {
        double rest = share;
        while (rest > 0) {
            double scaled = Math.scalb(rest, WORD_BITS);
            long leading = (long) scaled;
            long drawn = coins.next() >>> 1;
            if (drawn != leading) {
                return drawn < leading;
            }
            rest = scaled - (double) leading;
        }
        return false;
    }

    private double[] inSteps(double[] values) {
        NonFiniteValueException.requireFinite(values);
        double[] scaled = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            scaled[i] = values[i] / step;
            if (!(Math.abs(scaled[i]) <= LARGEST)) {
                throw new IllegalArgumentException(
                        "value is beyond the grid: index="
                                + i
                                + ", value="
                                + values[i]
                                + ", step="
                                + step
                                + ", bound="
                                + LARGEST
                                + " steps; clip first");
            }
        }
        return scaled;
    }

    /** The reals that integers stand for. */
    public double[] values(long[] integers) {
        double[] values = new double[integers.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = (double) integers[i] * step;
        }
        return values;
    }
}
