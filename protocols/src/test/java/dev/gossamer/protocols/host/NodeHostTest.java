package dev.gossamer.protocols.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.protocols.adapter.Digest;
import dev.gossamer.protocols.artifact.MemoryArtifacts;
import dev.gossamer.protocols.artifact.MemoryState;
import dev.gossamer.protocols.node.Compute;
import dev.gossamer.protocols.node.NodeContext;
import dev.gossamer.protocols.node.NodeId;
import dev.gossamer.protocols.wire.Envelope;
import dev.gossamer.protocols.wire.EnvelopeCodec;
import dev.gossamer.protocols.wire.Message;
import dev.gossamer.protocols.wire.ProtocolLimits;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

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
        return new HostResources(
                vertx, workers, new MemoryArtifacts(), new MemoryState(), new SecureRandom());
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

    private static void say(Recorder from, NodeId to, long sequence) {
        NodeContext context = from.context();
        context.transport().send(to, envelope(context.self(), sequence));
    }

    @Test
    void send_ping_arrives() throws InterruptedException {
        try (NodeClient client = join(A, a)) {
            a.await("+coordinator");

            client.execute(() -> say(a, NodeId.COORDINATOR, 7));
            served.await("a#7");
        }

        served.await("-a");
        assertEquals(List.of("start", "+a", "a#7", "-a"), served.events());
        assertEquals(List.of(), List.copyOf(failures));
    }

    static Stream<Arguments> faults() {
        byte[] tooLarge = new byte[ProtocolLimits.MAX_FRAME_BYTES + 1];
        byte[] forged = EnvelopeCodec.encode(envelope(A, 1));
        return Stream.of(
                Arguments.of("malformed", RawPeer.FINAL | RawPeer.BINARY, new byte[40]),
                Arguments.of("empty", RawPeer.FINAL | RawPeer.BINARY, new byte[0]),
                Arguments.of("text", RawPeer.FINAL | RawPeer.TEXT, new byte[] {'h', 'i'}),
                Arguments.of("unmatched opcode", RawPeer.FINAL | 0x03, new byte[2]),
                Arguments.of("another's name", RawPeer.FINAL | RawPeer.BINARY, forged),
                Arguments.of("too large", RawPeer.FINAL | RawPeer.BINARY, tooLarge));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("faults")
    void receive_fault_closesOnlyThatConnection(String name, int firstByte, byte[] payload)
            throws Exception {
        try (NodeClient client = join(A, a);
                RawPeer mallory = new RawPeer(server.port(), "/node/mallory")) {
            served.await("+mallory");
            a.await("+coordinator");

            sendUntilCut(mallory, firstByte, payload);
            served.await("-mallory");
            client.execute(() -> say(a, NodeId.COORDINATOR, 7));
            served.await("a#7");

            assertEquals(List.of("start", "+coordinator"), a.events(), name);
            assertFalse(served.events().stream().anyMatch(e -> e.startsWith("mallory#")));
            assertEquals(1, server.violations());
            assertEquals(List.of(), List.copyOf(failures));
        }
    }

    /** The server may cut the connection while a frame is still being written. */
    private static void sendUntilCut(RawPeer peer, int firstByte, byte[] payload) {
        try {
            peer.send(firstByte, payload);
        } catch (IOException cut) {
            assertNotNull(cut.getMessage());
        }
    }

    @Test
    void receive_fragmentsThatComeToTooMuch_closesTheConnection() throws Exception {
        try (RawPeer mallory = new RawPeer(server.port(), "/node/mallory")) {
            byte[] half = new byte[ProtocolLimits.MAX_FRAME_BYTES / 2 + 1];

            mallory.send(RawPeer.BINARY, half);
            sendUntilCut(mallory, RawPeer.CONTINUATION, half);
            served.await("-mallory");
        }

        assertEquals(1, server.violations());
    }

    @Test
    void connect_secondOfOneId_replacesTheFirst() throws Exception {
        try (RawPeer first = new RawPeer(server.port(), "/node/a")) {
            served.await("+a");
            try (RawPeer second = new RawPeer(server.port(), "/node/a")) {
                served.await(seen -> seen.equals(List.of("start", "+a", "-a", "+a")));

                // The server has read the frame before it answers the close.
                first.send(RawPeer.FINAL | RawPeer.BINARY, EnvelopeCodec.encode(envelope(A, 1)));
                first.sendClose();
                first.readToEnd();
                second.send(RawPeer.FINAL | RawPeer.BINARY, EnvelopeCodec.encode(envelope(A, 2)));
                served.await("a#2");

                assertEquals(List.of("start", "+a", "-a", "+a", "a#2"), served.events());
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/node/Bad, 400",
        "/node/, 400",
        "/node/a/b, 400",
        "/node/coordinator, 400",
        "/elsewhere/a, 404",
        "/node/a, 101"
    })
    void connect_path_isAnsweredWithStatus(String path, int status) throws IOException {
        try (RawPeer peer = new RawPeer(server.port(), path)) {
            assertEquals(status, peer.status());
        }
    }

    @Test
    void send_toAPeerThatDoesNotRead_closesTheConnection() throws Exception {
        byte[] chunk = new byte[ProtocolLimits.MAX_CHUNK_BYTES];
        Envelope large =
                new Envelope(
                        "run",
                        1,
                        NodeId.COORDINATOR,
                        1,
                        new Message.ArtifactChunk(Digest.of(chunk), 0, chunk.length, chunk));
        try (RawPeer deaf = new RawPeer(server.port(), "/node/deaf")) {
            served.await("+deaf");
            assertEquals(101, deaf.status());

            Runnable send = () -> served.context().transport().send(new NodeId("deaf"), large);
            Stream.generate(() -> send).limit(100).forEach(server::execute);
            served.await("-deaf");

            assertEquals(1, server.violations());
        }
    }

    @Test
    void start_portOfAnotherSocket_saysThatItIsInUse() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = taken.getLocalPort();

            var error = assertThrows(PortInUseException.class, () -> serve(new Recorder(), port));

            assertEquals(inUse(port), error.getMessage());
        }
    }

    private static String inUse(int port) {
        return "port is in use: host=127.0.0.1, port="
                + port
                + "; choose another or stop what listens there";
    }

    @Test
    void start_portOfAServerOfTheSameVertx_saysThatItIsInUse() {
        int port = server.port();
        server.close();
        try (NodeServer first = serve(new Recorder(), port)) {
            var error =
                    assertThrows(
                            PortInUseException.class, () -> serve(new Recorder(), first.port()));

            assertEquals(inUse(port), error.getMessage());
        }
    }

    @Test
    void start_addressOfNobody_saysThatItCannotListen() {
        var error =
                assertThrows(
                        ListenException.class,
                        () -> NodeServer.start(resources(), A, a, failures::add, "192.0.2.1", 0));

        assertEquals(
                "cannot listen: host=192.0.2.1, port=0, cause=Cannot assign requested address",
                error.getMessage());
    }

    @Test
    void restart_onTheSamePort_clientComesBack() throws InterruptedException {
        int port = server.port();
        Recorder next = new Recorder();
        try (NodeClient client = join(A, a)) {
            served.await("+a");

            server.close();
            a.await("-coordinator");
            try (NodeServer again = serve(next, port)) {
                next.await("+a");
                a.await(seen -> seen.getLast().equals("+coordinator"));
                client.execute(() -> say(a, NodeId.COORDINATOR, 8));
                next.await("a#8");
                assertEquals(port, again.port());
            }
        }

        assertEquals(List.of("start", "+a"), served.events());
    }

    @Test
    void receive_faultOfTheServer_closesAndConnectsAgain() throws Exception {
        HttpServer faulty =
                vertx.createHttpServer()
                        .webSocketHandler(socket -> socket.write(Buffer.buffer("nonsense")));
        int port =
                faulty.listen(0, LOOPBACK)
                        .map(HttpServer::actualPort)
                        .toCompletionStage()
                        .toCompletableFuture()
                        .get();
        NodeClient client = NodeClient.start(resources(), A, a, failures::add, LOOPBACK, port);
        try (client) {
            a.await(seen -> seen.size() >= 5);
        }

        assertEquals(
                List.of("start", "+coordinator", "-coordinator", "+coordinator", "-coordinator"),
                a.events().subList(0, 5));
        assertTrue(client.violations() >= 2, "violations=" + client.violations());
        assertEquals(List.of(), List.copyOf(failures));
    }

    @Test
    void close_peerThatNeverAnswers_isCut() throws Exception {
        try (RawPeer mute = new RawPeer(server.port(), "/node/mute")) {
            served.await("+mute");

            server.close();

            assertTrue(mute.readToEnd() > 0);
        }
        assertEquals(List.of("start", "+mute"), served.events());
    }

    @Test
    void start_serverIsAway_clientConnectsOnceItIsThere() throws InterruptedException {
        int port = server.port();
        server.close();
        Recorder next = new Recorder();
        NodeClient client = NodeClient.start(resources(), A, a, failures::add, LOOPBACK, port);
        try (client;
                NodeServer again = serve(next, port)) {
            next.await("+a");
            assertEquals(port, again.port());
        }

        assertEquals(List.of(), List.copyOf(failures));
    }

    @Test
    void callback_thatThrows_isReportedAndTheNodeGoesOn() throws InterruptedException {
        RuntimeException broken = new IllegalStateException("broken on purpose");

        server.execute(
                () -> {
                    throw broken;
                });
        server.execute(() -> served.note("next"));
        served.await("next");

        assertEquals(List.of(broken), List.copyOf(failures));
    }

    @Test
    void work_thatEndsInAnError_isReported() throws InterruptedException {
        Error broken = new AssertionError("broken on purpose");
        Compute.Work<Object> work =
                new Compute.Work<>() {
                    @Override
                    public long tokens() {
                        return 0;
                    }

                    @Override
                    public Object run() {
                        throw broken;
                    }
                };
        CountDownLatch reported = new CountDownLatch(1);
        Recorder node = new Recorder();
        try (NodeServer other =
                NodeServer.start(
                        resources(),
                        A,
                        node,
                        failure -> {
                            failures.add(failure);
                            reported.countDown();
                        },
                        LOOPBACK,
                        0)) {
            other.execute(() -> node.context().compute().submit(work, _ -> node.note("done")));
            assertTrue(reported.await(60, TimeUnit.SECONDS));
        }

        assertEquals(List.of(broken), List.copyOf(failures));
        assertEquals(List.of("start"), node.events());
    }

    @Test
    void send_offTheNodesThread_isRefused() {
        var error =
                assertThrows(IllegalStateException.class, () -> say(served, new NodeId("b"), 1));

        assertEquals(
                "not the node's thread: id=coordinator, thread=" + Thread.currentThread().getName(),
                error.getMessage());
    }

    @Test
    void close_twice_endsTimersAndCalls() throws InterruptedException {
        CountDownLatch set = new CountDownLatch(1);
        server.execute(
                () -> {
                    served.context()
                            .scheduler()
                            .after(Duration.ofMillis(1), () -> served.note("timer"));
                    server.execute(() -> served.note("late"));
                    set.countDown();
                });
        assertTrue(set.await(60, TimeUnit.SECONDS));

        server.close();
        List<String> events = served.events();
        server.close();
        server.execute(() -> served.note("after"));

        assertEquals(events, served.events());
    }

    @Test
    void close_onAnEventLoop_isRefused() throws InterruptedException {
        server.execute(server::close);
        server.execute(() -> served.note("next"));
        served.await("next");

        assertEquals(IllegalStateException.class, failures.remove().getClass());
    }
}
