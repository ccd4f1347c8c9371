package dev.gossamer.client.train;

/**
 * Keeps the values of the lowest validation loss, and says when it has not fallen for long enough.
 */
public final class EarlyStop {
    /**
     * The best so far.
     *
     * @param step where it was
     * @param waited how many validations came after it
     * @param values belong to this object
     */
    @SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
    public record Best(double loss, int step, int waited, float[] values) {}

    private final int patience;
    private Best best;

    /**
     * Stops after {@code patience} validations without a lower loss.
     *
     * @param patience at least 1
     * @param start before the first validation the loss is infinite
     */
    public EarlyStop(int patience, Best start) {
        if (patience < 1) {
            throw new IllegalArgumentException(
                    "patience out of range: patience=" + patience + ", bound=1");
        }
        this.patience = patience;
        best = start;
    }

    /** Before any validation. */
    public static Best none(float[] values) {
        return new Best(Double.POSITIVE_INFINITY, 0, 0, values);
    }

    /** Takes in a validation. */
    public void observe(int step, double loss, float[] values) {
        best =
                loss < best.loss()
                        ? new Best(loss, step, 0, values.clone())
                        : new Best(best.loss(), best.step(), best.waited() + 1, best.values());
    }

    /** Whether to stop. */
    public boolean isDue() {
        return best.waited() >= patience;
    }

    /** The best so far. */
    public Best best() {
        return best;
    }
}
