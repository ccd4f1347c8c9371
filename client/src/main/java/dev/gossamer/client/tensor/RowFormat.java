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

    /** The product of {@code row} with {@code n} fp32 values. */
    float dot(long row, long x, int n);

    /** The products of four rows with the same values, written to {@code y} and on. */
    default void dots(long row0, long row1, long row2, long row3, long x, int n, long y) {
        Tensor.poke(y, dot(row0, x, n));
        Tensor.poke(y + 4, dot(row1, x, n));
        Tensor.poke(y + 8, dot(row2, x, n));
        Tensor.poke(y + 12, dot(row3, x, n));
    }
}
