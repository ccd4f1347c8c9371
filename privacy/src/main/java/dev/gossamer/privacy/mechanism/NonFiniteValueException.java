package dev.gossamer.privacy.mechanism;

/** Says that a vector to be clipped or rounded has a value that is no number. */
public final class NonFiniteValueException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private NonFiniteValueException(int index, double value) {
        super(
                "value is not finite: index="
                        + index
                        + ", value="
                        + value
                        + "; the whole vector is refused, for a zero in its place would lie");
    }

    /** Refuses NaN and infinities. */
    static void requireFinite(double[] values) {
        for (int i = 0; i < values.length; i++) {
            if (!Double.isFinite(values[i])) {
                throw new NonFiniteValueException(i, values[i]);
            }
        }
    }
}
