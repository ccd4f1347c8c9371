package dev.gossamer.client.data;

import com.fasterxml.jackson.databind.node.ObjectNode;

import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;

/** A file's rows one after the other, each an object of named columns. */
interface RecordReader extends Closeable {
    /** A longer row is no row of text; the file is some other kind. */
    int MAX_ROW_BYTES = 1 << 20;

    /** One row as it stands in the file. */
    record Entry(Place place, ObjectNode columns) {}

    /**
     * The next row, or none at the end.
     *
     * @throws DataException naming the file, the row and what to do
     */
    Optional<Entry> next() throws IOException;
}
