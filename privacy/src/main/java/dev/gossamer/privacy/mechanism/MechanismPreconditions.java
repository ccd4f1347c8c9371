package dev.gossamer.privacy.mechanism;

/** Refusals of parameters, all worded alike; NaN is in no range. */
final class MechanismPreconditions {
    private MechanismPreconditions() {}

    /** Returns {@code value}, which has to be in a closed range. */
    static double requireBetween(
            String name, double value, double least, double largest, String advice) {
        if (!(value >= least && value <= largest)) {
            throw new IllegalArgumentException(
                    name
                            + " out of range: value="
                            + value
                            + ", bound="
                            + least
                            + ".."
                            + largest
                            + advice);
        }
        return value;
    }

    /** Returns {@code value}, which has to be in a closed range. */
    static long requireBetween(String name, long value, long least, long largest) {
        if (value < least || value > largest) {
            throw new IllegalArgumentException(
                    name + " out of range: value=" + value + ", bound=" + least + ".." + largest);
        }
        return value;
    }

    /** Returns {@code value}, which has to be positive and finite. */
    static double requirePositive(String name, double value) {
        if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    name + " must be positive and finite: value=" + value);
        }
        return value;
    }
}
