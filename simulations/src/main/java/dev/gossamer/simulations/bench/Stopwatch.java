package dev.gossamer.simulations.bench;

import java.util.Arrays;
import java.util.function.LongSupplier;

/**
 * Times work on the calling thread, run after run, by the time that the thread has had a core.
 *
 * <p>On a shared machine the clock on the wall also counts the others' turns.
 */
final class Stopwatch {
    /** Runs before the compiler has seen enough of the work. */
    private static final int WARM_UP_RUNS = 6;

    private static final int LEAST_RUNS = 5;
    private static final int MOST_RUNS = 2000;

    private final LongSupplier cpuNanos;
    private final double seconds;

    /**
     * A watch for work.
     *
     * @param cpuNanos the time that the calling thread has had a core
     * @param seconds to measure each work for, 0 to 60: option {@code --seconds}
     */
    Stopwatch(LongSupplier cpuNanos, double seconds) {
        if (!(seconds >= 0 && seconds <= 60)) {
            throw new IllegalArgumentException(
                    "out of range: --seconds=" + seconds + ", bound=0..60");
        }
        this.cpuNanos = cpuNanos;
        this.seconds = seconds;
    }

    /** The median of the seconds that one run of {@code work} takes. */
    double seconds(Runnable work) {
        for (int run = 0; run < WARM_UP_RUNS; run++) {
            work.run();
        }
        double[] runs = new double[MOST_RUNS];
        int count = 0;
        double total = 0;
        while (count < LEAST_RUNS || (total < seconds && count < MOST_RUNS)) {
            long begun = cpuNanos.getAsLong();
            work.run();
            runs[count] = Math.max(1, cpuNanos.getAsLong() - begun) * 1e-9;
            total += runs[count++];
        }
        Arrays.sort(runs, 0, count);
        return runs[count / 2];
    }
}
