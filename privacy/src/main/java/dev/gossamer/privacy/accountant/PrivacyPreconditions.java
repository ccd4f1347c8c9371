package dev.gossamer.privacy.accountant;

/**
 * The ranges of privacy parameters, in one wording; none of them admits NaN.
 *
 * <p>Each check returns the value that it let through.
 */
public final class PrivacyPreconditions {
    private PrivacyPreconditions() {}

    /** Requires a delta in (0, 1): 0 is out of reach of Gaussian noise, and 1 promises nothing. */
    public static double delta(double delta) {
        return require(delta > 0 && delta < 1, "delta", delta, "0 < delta < 1");
    }

    /** Requires an epsilon that is finite and not negative. */
    public static double epsilon(double epsilon) {
        return require(
                epsilon >= 0 && epsilon < Double.POSITIVE_INFINITY,
                "epsilon",
                epsilon,
                "0 <= epsilon < infinity");
    }

    /** Requires the epsilon of a target, which no finite noise reaches at 0. */
    public static double targetEpsilon(double epsilon) {
        return finitePositive("epsilon", epsilon);
    }

    /** Requires noise: where there is none, that is an event of its own. */
    public static double noiseMultiplier(double multiplier) {
        return finitePositive("noiseMultiplier", multiplier);
    }

    /** Requires a probability. */
    public static double samplingRate(double rate) {
        return require(rate >= 0 && rate <= 1, "samplingRate", rate, "0 <= rate <= 1");
    }

    /** Requires a number that is finite and above 0. */
    public static double finitePositive(String name, double value) {
        return require(
                value > 0 && value < Double.POSITIVE_INFINITY,
                name,
                value,
                "0 < " + name + " < infinity");
    }

    /** Requires a count of at least one. */
    public static long positive(String name, long count) {
        if (count < 1) {
            throw new IllegalArgumentException(
                    "out of range: " + name + "=" + count + ", bound=1 <= " + name);
        }
        return count;
    }

    private static double require(boolean good, String name, double value, String bound) {
        if (!good) {
            throw new IllegalArgumentException(
                    "out of range: " + name + "=" + value + ", bound=" + bound);
        }
        return value;
    }
}
