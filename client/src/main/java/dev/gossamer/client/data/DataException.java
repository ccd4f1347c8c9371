package dev.gossamer.client.data;

import java.nio.file.Path;

/** A data file that cannot be used as it is: which file, which row, what to do. */
public final class DataException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private DataException(String message, Throwable cause) {
        super(message, cause);
    }

    /**
     * A fault of one row.
     *
     * @param row counted from 1, blank lines too, as an editor counts
     */
    public static DataException ofRow(Path file, int row, String what) {
        return new DataException("bad row: file=" + file + ", row=" + row + ", " + what, null);
    }

    /** A fault of the whole file. */
    public static DataException ofFile(Path file, String what, Throwable cause) {
        return new DataException("bad data file: file=" + file + ", " + what, cause);
    }
}
