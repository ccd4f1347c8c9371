package dev.gossamer.client.model;

/**
 * A frozen matrix {@code [rows × columns]} as a file stores it, read row by row as fp32.
 *
 * <p>A linear map's matrix is {@code [out × in]}, whatever way the file keeps it. Immutable; any
 * thread may read.
 */
public interface Matrix {
    /** How many rows. */
    int rows();

    /** How many columns. */
    int columns();

    /** Writes row {@code row} to {@code into} from {@code offset} on, decoded to fp32. */
    void readRow(int row, float[] into, int offset);

    /**
     * Writes {@code count} rows from {@code from} on to {@code into} from {@code offset} on, one
     * after the other.
     */
    default void readRows(int from, int count, float[] into, int offset) {
        for (int i = 0; i < count; i++) {
            readRow(from + i, into, offset + i * columns());
        }
    }

    /** The bytes that the stored values take. */
    long bytes();

    /** All values, row-major, in a new array. */
    default float[] toArray() {
        float[] all = new float[Math.multiplyExact(rows(), columns())];
        for (int row = 0; row < rows(); row++) {
            readRow(row, all, row * columns());
        }
        return all;
    }
}
