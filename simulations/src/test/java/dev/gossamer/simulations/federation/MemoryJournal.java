package dev.gossamer.simulations.federation;

import dev.gossamer.coordinator.journal.Entry;
import dev.gossamer.coordinator.journal.Journal;

import java.util.List;

/** A journal of a run that is never recovered. */
final class MemoryJournal implements Journal {
    @Override
    public List<Entry> recovered() {
        return List.of();
    }

    @Override
    public void append(Entry entry) {}

    @Override
    public void close() {}
}
