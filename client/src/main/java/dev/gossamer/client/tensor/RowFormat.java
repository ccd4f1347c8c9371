package dev.gossamer.client.tensor;

/**
 * How one row of a frozen matrix lies in memory; rows, inputs and outputs are addresses.
 *
 * <p>A product adds in an order of its own that depends on nothing but the row's length, so a row's
 * result is the same alone, beside others, and on any worker.
 */
interface RowFormat {
    /** Whether a row is fp32 values one after the other. */
    default boolean isFloats() {
        return false;
    }

    /** Writes the {@code n} values of {@code row} to {@code to} as fp32. */
    void decode(long row, long to, int n);

    /**
     * The product of {@code row} with {@code n} fp32 values.
     *
     * <p>Reads the row from its beginning to its end, in several sums: several rows side by side
     * would come from memory at a third of the rate.
     */
    float dot(long row, long x, int n);
}
