package dev.gossamer.coordinator.journal;

import java.util.List;

/** The entries of one run, in order. */
public interface Journal extends AutoCloseable {
    /** What was in the journal when it was opened. */
    List<Entry> recovered();

    /** Adds {@code entry}; when this returns, the entry survives any crash. */
    void append(Entry entry);

    @Override
    void close();
}
