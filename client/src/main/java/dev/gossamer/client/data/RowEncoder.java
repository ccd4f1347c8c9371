package dev.gossamer.client.data;

import dev.gossamer.client.train.Task;

/** Turns a row into tokens and labels, as one {@link Task} needs them. */
@FunctionalInterface
public interface RowEncoder {
    /**
     * A row in tokens.
     *
     * @param truncated whether the row was longer than the model or the owner's bound, and was cut
     */
    record Encoded(Example example, boolean truncated) {}

    /**
     * The tokens and labels of {@code row}.
     *
     * @throws DataException naming the file, the row and what to do
     */
    Encoded encode(DataRow row);
}
