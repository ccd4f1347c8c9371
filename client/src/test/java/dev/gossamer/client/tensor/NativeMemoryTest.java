package dev.gossamer.client.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;

class NativeMemoryTest {
    /** So many that what other tests let go of meanwhile is little beside them. */
    private static final long BYTES = 1L << 30;

    @Test
    void peak_afterABlockWasFreed_stillCountsIt() {
        NativeMemory.resetPeak();
        long before = NativeMemory.liveBytes();

        NativeBlock block = NativeBlock.zeros(BYTES);
        long during = NativeMemory.liveBytes();
        block.free();
        block.free();

        assertTrue(during - before > BYTES / 2, during + " " + before);
        assertTrue(NativeMemory.peakBytes() >= during);
        assertTrue(NativeMemory.liveBytes() < during - (BYTES / 2));
        NativeMemory.resetPeak();
        assertTrue(NativeMemory.peakBytes() < during);
    }

    /** A long sequence alone must not leave its memory behind on every thread. */
    @Test
    void scratch_ofOnePieceAtATime_isTheSameOnEveryThread() {
        try (Workers workers = new Workers(4)) {
            Set<Long> addresses = new HashSet<>();
            for (int i = 0; i < 16; i++) {
                addresses.addAll(
                        workers.map(
                                List.of(i),
                                _ -> workers.scratch().lay(carver -> carver.floats(9))));
            }

            assertEquals(1, addresses.size());
        }
    }

    @Test
    void scratch_ofTwoPiecesAtATime_isNotShared() {
        CyclicBarrier both = new CyclicBarrier(2);
        try (Workers workers = new Workers(2)) {
            List<Long> addresses =
                    workers.map(
                            List.of(0, 1),
                            _ -> {
                                await(both);
                                return workers.scratch().lay(carver -> carver.floats(1));
                            });

            assertNotEquals(addresses.get(0), addresses.get(1));
        }
    }

    private static void await(CyclicBarrier both) {
        try {
            both.await();
        } catch (InterruptedException | BrokenBarrierException e) {
            throw new IllegalStateException(e);
        }
    }
}
