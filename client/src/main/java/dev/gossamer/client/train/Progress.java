package dev.gossamer.client.train;

/** Told how far a piece of work is, from the thread that does it. */
@FunctionalInterface
public interface Progress {
    /** Tells nobody. */
    Progress SILENT = (done, total) -> {};

    /** {@code done} of {@code total} equal parts stand. */
    void at(int done, int total);
}
