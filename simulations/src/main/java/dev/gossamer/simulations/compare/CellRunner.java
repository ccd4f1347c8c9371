package dev.gossamer.simulations.compare;

/** Runs cells. */
interface CellRunner extends AutoCloseable {
    /**
     * Holds {@code cell} to its base and its rows, before anything is run.
     *
     * @throws IllegalArgumentException naming the arm and what does not fit
     */
    void requireFit(Cell cell);

    /** Runs {@code cell} to its end, be it a failure of the run. */
    CellResult run(Cell cell);

    @Override
    void close();
}
