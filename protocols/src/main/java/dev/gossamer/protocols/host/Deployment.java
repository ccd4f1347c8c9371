package dev.gossamer.protocols.host;

import io.vertx.core.Context;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Vertx;

import java.util.concurrent.ExecutionException;

/**
 * A node's event loop from start to close, for callers that may block.
 *
 * <p>Safe for any thread but an event loop's own, which would wait for itself.
 */
final class Deployment implements AutoCloseable {
    private final Vertx vertx;
    private final String id;

    private Deployment(Vertx vertx, String id) {
        this.vertx = vertx;
        this.id = id;
    }

    /** Gives {@code verticle} an event loop of its own and waits until it has started. */
    static Deployment of(Vertx vertx, Deployable verticle) {
        requireMayWait();
        return new Deployment(vertx, await(vertx.deployVerticle(verticle)));
    }

    /** Waits until the verticle has stopped; the second call finds that it has. */
    @Override
    public synchronized void close() {
        requireMayWait();
        if (vertx.deploymentIDs().contains(id)) {
            await(vertx.undeploy(id));
        }
    }

    private static void requireMayWait() {
        if (Context.isOnEventLoopThread()) {
            throw new IllegalStateException(
                    "an event loop cannot wait: thread=" + Thread.currentThread().getName());
        }
    }

    private static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a host started or closed", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException known
                    ? known
                    : new IllegalStateException("host failed", e.getCause());
        }
    }
}
