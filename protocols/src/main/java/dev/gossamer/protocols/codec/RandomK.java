package dev.gossamer.protocols.codec;

import dev.gossamer.protocols.random.CounterRandom;

/** Indices that a seed draws: every set of {@code k} is as likely as every other. */
final class RandomK {
    private RandomK() {}

    /**
     * {@code k} rising indices below {@code size}.
     *
     * <p>Each index in turn is taken with the share that is still wanted of those that are left
     * (Knuth, volume 2, algorithm 3.4.2 S), so one pass draws all and they come out in order.
     */
    static int[] select(long seed, int size, int k) {
        CounterRandom random = CounterRandom.of(seed, "random-k", 0, "");
        int[] indices = new int[k];
        int at = 0;
        for (int i = 0; at < k; i++) {
            // Below size - i by the upper half of a product: a bias of 2^-36 at most.
            long draw = Math.unsignedMultiplyHigh(random.nextLong(), size - i);
            indices[at] = i;
            at += (int) ((draw - (k - at)) >>> 63);
        }
        return indices;
    }
}
