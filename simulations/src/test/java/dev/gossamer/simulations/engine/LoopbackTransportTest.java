package dev.gossamer.simulations.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gossamer.protocols.artifact.MemoryArtifacts;
import dev.gossamer.protocols.artifact.MemoryState;
import dev.gossamer.protocols.host.HostResources;
import dev.gossamer.protocols.host.NodeClient;
import dev.gossamer.protocols.host.NodeServer;
import dev.gossamer.protocols.node.Node;
import dev.gossamer.protocols.node.NodeId;

import io.vertx.core.Vertx;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;

/** Nodes on event loops, joined by loopback sockets, behave. */
class LoopbackTransportTest extends TransportBehaviour {
    @Override
    World open() {
        return new OnLoopback();
    }

    private static final class OnLoopback implements World {
        private static final String HOST = "127.0.0.1";
        private static final Duration PATIENCE = Duration.ofSeconds(60);

        private final Vertx vertx = Vertx.vertx();
        private final ExecutorService workers = Executors.newFixedThreadPool(2);
        private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
        private final Map<NodeId, NodeClient> clients = new TreeMap<>();
        private NodeServer server;

        private HostResources resources() {
            return new HostResources(
                    vertx, workers, new MemoryArtifacts(), new MemoryState(), new SecureRandom());
        }

        @Override
        public void serve(Node node) {
            server =
                    NodeServer.start(resources(), NodeId.COORDINATOR, node, failures::add, HOST, 0);
        }

        @Override
        public void join(NodeId id, Node node) {
            NodeClient client =
                    NodeClient.start(resources(), id, node, failures::add, HOST, server.port());
            clients.put(id, client);
        }

        /** The client does so by itself. */
        @Override
        public void comeBack(NodeId id) {}

        @Override
        public void on(NodeId id, Runnable action) {
            if (id.equals(NodeId.COORDINATOR)) {
                server.execute(action);
            } else {
                clients.get(id).execute(action);
            }
        }

        @Override
        public boolean pass(Witness node, BooleanSupplier done) throws InterruptedException {
            return node.await(done, PATIENCE);
        }

        @Override
        public void close() {
            clients.values().forEach(NodeClient::close);
            server.close();
            vertx.close().toCompletionStage().toCompletableFuture().join();
            workers.shutdownNow();
            assertEquals(List.of(), List.copyOf(failures));
        }
    }
}
