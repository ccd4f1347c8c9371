package dev.gossamer.protocols.node;

import java.util.function.Consumer;

/** Runs long work off the node's thread and gives its outcome back on it. */
public interface Compute {
    /**
     * Runs {@code work} and passes its outcome to {@code done} on the node's thread.
     *
     * <p>Work must be a pure function of what it was given: it runs on another thread, or, in
     * virtual time, at once, with its completion scheduled as late as the device profile says.
     */
    <T> void submit(Work<T> work, Consumer<Outcome<T>> done);

    /** A piece of work with its cost. */
    interface Work<T> {
        /** The tokens that the work will process, 0 if it trains nothing. */
        long tokens();

        /** Does the work. */
        T run() throws Exception;
    }

    /** How a piece of work ended. */
    sealed interface Outcome<T> {
        /** It gave {@code value}. */
        record Done<T>(T value) implements Outcome<T> {}

        /** It failed. */
        record Failed<T>(Exception cause) implements Outcome<T> {}
    }
}
