package dev.gossamer.client.tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The threads that compute, one a core, each with its own buffers and products of one thread.
 *
 * <p>Shared by all nodes of a process; safe for use by several at a time.
 */
public final class Workers implements AutoCloseable {
    private static final int MAX_THREADS = 256;
    private static final ScopedValue<Scratch> SCRATCH = ScopedValue.newInstance();

    private final ExecutorService pool;
    private final int threads;
    private final ConcurrentLinkedDeque<Scratch> idle = new ConcurrentLinkedDeque<>();
    private final ThreadLocal<Scratch> tiles = ThreadLocal.withInitial(Scratch::new);
    private final ThreadLocal<MatmulPrimitives> primitives =
            ThreadLocal.withInitial(MatmulPrimitives::new);

    /**
     * Starts {@code threads} workers.
     *
     * @param threads 1 to 256
     */
    public Workers(int threads) {
        if (threads < 1 || threads > MAX_THREADS) {
            throw new IllegalArgumentException(
                    "bad number of threads: threads=" + threads + ", bound=" + MAX_THREADS);
        }
        this.threads = threads;
        AtomicInteger count = new AtomicInteger();
        ThreadPoolExecutor fixed =
                new ThreadPoolExecutor(
                        threads,
                        threads,
                        0,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(),
                        work ->
                                Thread.ofPlatform()
                                        .daemon()
                                        .name("gossamer-worker-" + count.getAndIncrement())
                                        .unstarted(
                                                () -> {
                                                    OneDnn.useOneThread();
                                                    work.run();
                                                }));
        // The natives load on them while the caller reads its model.
        fixed.prestartAllCoreThreads();
        pool = fixed;
    }

    /** How many workers there are. */
    public int threads() {
        return threads;
    }

    /**
     * The working memory of the piece of work that asks.
     *
     * <p>Taken from a stack, so that work of one piece finds the same memory every time, whichever
     * thread it comes to.
     */
    Scratch scratch() {
        return SCRATCH.get();
    }

    private <B> B withScratch(Supplier<B> work) {
        Scratch scratch = Optional.ofNullable(idle.pollFirst()).orElseGet(Scratch::new);
        try {
            return ScopedValue.where(SCRATCH, scratch).call(work::get);
        } finally {
            idle.addFirst(scratch);
        }
    }

    /** The memory of the worker that asks for frozen weights that it decodes. */
    Scratch tiles() {
        return tiles.get();
    }

    /** The products of bf16 values of the worker that asks. */
    MatmulPrimitives primitives() {
        return primitives.get();
    }

    /** Applies {@code work} to every item, in parallel; results come in the order of the items. */
    public <A, B> List<B> map(List<A> items, Function<A, B> work) {
        List<Future<B>> futures = new ArrayList<>();
        for (A item : items) {
            futures.add(pool.submit(() -> withScratch(() -> work.apply(item))));
        }
        List<B> results = new ArrayList<>();
        for (Future<B> future : futures) {
            results.add(result(future));
        }
        return results;
    }

    private static <B> B result(Future<B> future) {
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while computing", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause
                    ? cause
                    : new IllegalStateException("computing failed", e.getCause());
        }
    }

    @Override
    public void close() {
        pool.close();
    }
}
