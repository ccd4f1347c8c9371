package dev.gossamer.client.tensor;

/**
 * Consecutive sequences of a micro-batch, or rows of them, that share an adapter, or whose
 * gradients go to one place.
 *
 * @param starts the first of each run, and the number of all
 * @param addresses where each run's values lie, or its gradient, in layout order
 */
@SuppressWarnings("ArrayRecordComponent") // read only, never compared
record Runs(int[] starts, long[] addresses) {
    /** All of {@code count} together. */
    static Runs whole(int count, long address) {
        return new Runs(new int[] {0, count}, new long[] {address});
    }

    /** The same runs counted in what sequence s has from {@code firsts[s]} on. */
    Runs at(int[] firsts) {
        int[] at = new int[starts.length];
        for (int run = 0; run < at.length; run++) {
            at[run] = firsts[starts[run]];
        }
        return new Runs(at, addresses);
    }

    int count() {
        return addresses.length;
    }

    int rows(int run) {
        return starts[run + 1] - starts[run];
    }
}
