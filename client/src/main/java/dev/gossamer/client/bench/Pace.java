package dev.gossamer.client.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/**
 * Work that is timed in blocks, so that something else can be measured between them.
 *
 * <p>What is slow on a shared machine for a while slows down both, and the medians of both hold.
 */
final class Pace {
    private static final double BLOCK_NANOS = 4e8;
    private static final double WARM_UP_NANOS = 4e9;
    private static final double NANOS = 1e9;
    private static final double MILLIS = 1e3;

    private final IntSupplier step;
    private final LongSupplier nanos;
    private final List<Double> rates = new ArrayList<>();
    private final List<Double> seconds = new ArrayList<>();
    private int block = 1;

    /**
     * Times {@code step}, which returns how many tokens it took.
     *
     * @param nanos a clock
     */
    Pace(IntSupplier step, LongSupplier nanos) {
        this.step = step;
        this.nanos = nanos;
    }

    /**
     * Works until the compiler has seen all of it, and sizes the blocks.
     *
     * @param share of the usual time, 0 for one step
     */
    void warmUp(double share) {
        long begun = nanos.getAsLong();
        double fastest = Double.MAX_VALUE;
        do {
            long start = nanos.getAsLong();
            int _ = step.getAsInt();
            fastest = Math.min(fastest, (double) Math.max(1, nanos.getAsLong() - start));
        } while (nanos.getAsLong() - begun < share * WARM_UP_NANOS);
        block = Math.clamp(Math.round(BLOCK_NANOS / fastest), 1, 1 << 16);
    }

    /** Times one block; how many steps it had. */
    int run() {
        long begun = nanos.getAsLong();
        int tokens = 0;
        for (int i = 0; i < block; i++) {
            tokens += step.getAsInt();
        }
        double elapsed = Math.max(1, nanos.getAsLong() - begun) / NANOS;
        rates.add(tokens / elapsed);
        seconds.add(elapsed / block);
        return block;
    }

    double tokensPerSecond() {
        return Median.of(rates);
    }

    double stepMillis() {
        return MILLIS * Median.of(seconds);
    }
}
