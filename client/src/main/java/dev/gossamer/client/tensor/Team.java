package dev.gossamer.client.tensor;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * The workers together at one small piece of work after the other, as a single token's products
 * are: too many and too short to be handed to threads that sleep.
 *
 * <p>A leader splits each piece in parts by a rule that knows nothing of the workers; whoever is
 * there takes the next part. Helpers wait awake between pieces, and none is waited for that has not
 * begun a part.
 */
final class Team {
    /** A leader without helpers, which does everything in one part. */
    static final Team NONE = new Team();

    private static final int PARTS = 16;
    private static final int LEAST_PART = 32;
    private static final int SPINS = 1 << 12;

    /** Does something from {@code from} up to {@code from + count}. */
    interface Part {
        void on(int from, int count);
    }

    private static final class Piece {
        private final Part work;
        private final int size;
        private final int part;
        private final int parts;
        private final AtomicInteger taken = new AtomicInteger();
        private final AtomicInteger done = new AtomicInteger();

        Piece(Part work, int size, int part) {
            this.work = work;
            this.size = size;
            this.part = part;
            parts = (size + part - 1) / part;
        }

        void join() {
            int index = taken.getAndIncrement();
            while (index < parts) {
                int from = index * part;
                try {
                    work.on(from, Math.min(part, size - from));
                } finally {
                    done.getAndIncrement();
                }
                index = taken.getAndIncrement();
            }
        }
    }

    private volatile Piece current = new Piece((from, count) -> {}, 0, 1);
    private volatile boolean over;

    private Team() {}

    /** Lets one worker lead {@code work} while the others help. */
    static <T> T lead(Workers workers, Function<Team, T> work) {
        Team team = new Team();
        return workers.map(
                        IntStream.range(0, workers.threads()).boxed().toList(),
                        member -> member == 0 ? team.led(() -> work.apply(team)) : team.<T>help())
                .getFirst()
                .get();
    }

    private <T> Supplier<T> led(Supplier<T> work) {
        try {
            T result = work.get();
            return () -> result;
        } finally {
            over = true;
        }
    }

    private <T> Supplier<T> help() {
        Piece seen = current;
        int idle = 0;
        while (!over) {
            Piece piece = current;
            if (piece == seen) {
                idle = pause(idle);
            } else {
                piece.join();
                seen = piece;
                idle = 0;
            }
        }
        return () -> {
            throw new IllegalStateException("helper has no result");
        };
    }

    /** Waits awake, but gives way now and then: the cores may be others' as well. */
    @SuppressWarnings("ThreadPriorityCheck") // a hint; nothing relies on it
    private static int pause(int idle) {
        if (idle % SPINS == SPINS - 1) {
            Thread.yield();
        } else {
            Thread.onSpinWait();
        }
        return idle + 1;
    }

    /** Does {@code work} from 0 up to {@code size}; it is done when this returns. */
    void split(int size, Part work) {
        if (this == NONE) {
            work.on(0, size);
            return;
        }
        int part = Math.max(LEAST_PART, (size / PARTS + LEAST_PART - 1) / LEAST_PART * LEAST_PART);
        Piece piece = new Piece(work, size, part);
        current = piece;
        piece.join();
        int idle = 0;
        while (piece.done.get() < piece.parts) {
            idle = pause(idle);
        }
    }
}
