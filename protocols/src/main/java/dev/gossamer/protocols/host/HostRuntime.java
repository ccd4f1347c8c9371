package dev.gossamer.protocols.host;

import dev.gossamer.protocols.node.ArtifactPort;
import dev.gossamer.protocols.node.StatePort;

import io.vertx.core.Vertx;

import java.security.SecureRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * What the hosts of one process share: event loops, and threads for work that is too long for them.
 *
 * <p>Close the hosts first.
 */
public final class HostRuntime implements AutoCloseable {
    private final Vertx vertx = Vertx.vertx();
    private final SecureRandom secrets = NodeHost.platformSecrets();
    private final ExecutorService workers;

    /**
     * Starts the loops.
     *
     * @param concurrentWork how many pieces of long work run at once, all nodes together
     */
    public HostRuntime(int concurrentWork) {
        workers =
                Executors.newFixedThreadPool(
                        concurrentWork, Thread.ofPlatform().daemon().name("work-", 0).factory());
    }

    /** The resources of a node that keeps its artifacts and its state in these. */
    public HostResources resources(ArtifactPort artifacts, StatePort state) {
        return resources(artifacts, state, secrets);
    }

    /** The platform's source of keys and noise. */
    public SecureRandom secrets() {
        return secrets;
    }

    /** The same, of a node whose keys and noise come from {@code others} than the platform's. */
    public HostResources resources(ArtifactPort artifacts, StatePort state, SecureRandom others) {
        return new HostResources(vertx, workers, artifacts, state, others);
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
        workers.shutdownNow();
    }
}
