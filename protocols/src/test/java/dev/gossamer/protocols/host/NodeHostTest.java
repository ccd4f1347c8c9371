package dev.gossamer.protocols.host;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gossamer.protocols.artifact.MemoryArtifacts;
import dev.gossamer.protocols.node.NodeId;
import dev.gossamer.protocols.wire.Envelope;
import dev.gossamer.protocols.wire.Message;

import io.vertx.core.Vertx;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** What only the host on real sockets can show; see the behaviour suite for what all hosts do. */
class NodeHostTest {
    private static final String LOOPBACK = "127.0.0.1";
    private static final NodeId A = new NodeId("a");

    private final Vertx vertx = Vertx.vertx();
    private final ExecutorService workers = Executors.newFixedThreadPool(2);
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final Recorder served = new Recorder();
    private final Recorder a = new Recorder();
    private final NodeServer server = serve(served, 0);

    @AfterEach
    void close() {
        server.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
        workers.shutdownNow();
    }

    private HostResources resources() {
        return new HostResources(vertx, workers, new MemoryArtifacts());
    }

    private NodeServer serve(Recorder node, int port) {
        return NodeServer.start(
                resources(), NodeId.COORDINATOR, node, failures::add, LOOPBACK, port);
    }

    private NodeClient join(NodeId id, Recorder node) {
        return NodeClient.start(resources(), id, node, failures::add, LOOPBACK, server.port());
    }

    private static Envelope envelope(NodeId sender, long sequence) {
        return new Envelope("run", 1, sender, sequence, new Message.Failure("ping"));
    }

    @Test
    void send_ping_arrives() throws InterruptedException {
        try (NodeClient client = join(A, a)) {
            a.await("+coordinator");

            client.execute(() -> a.context().transport().send(NodeId.COORDINATOR, envelope(A, 7)));
            served.await("a#7");
        }

        served.await("-a");
        assertEquals(List.of("start", "+a", "a#7", "-a"), served.events());
        assertEquals(List.of(), List.copyOf(failures));
    }
}
