package dev.gossamer.simulations.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.protocols.adapter.Digest;
import dev.gossamer.protocols.node.Compute;
import dev.gossamer.protocols.node.Compute.Outcome;
import dev.gossamer.protocols.node.Node;
import dev.gossamer.protocols.node.NodeId;
import dev.gossamer.protocols.node.Scheduler;
import dev.gossamer.protocols.node.Transport.Traffic;
import dev.gossamer.protocols.random.CounterRandom;
import dev.gossamer.protocols.wire.Envelope;
import dev.gossamer.protocols.wire.EnvelopeCodec;
import dev.gossamer.protocols.wire.Message;
import dev.gossamer.protocols.wire.ProtocolLimits;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/** What a node may rely on, whichever host it runs under; each host extends this with its world. */
abstract class TransportBehaviour {
    private static final NodeId SERVER = NodeId.COORDINATOR;
    private static final NodeId A = new NodeId("a");
    private static final NodeId B = new NodeId("b");

    /** Nodes, and a way to let them act. */
    interface World extends AutoCloseable {
        /** Starts the node that the others connect to. */
        void serve(Node node);

        /** Starts a node and connects it to the one that serves. */
        void join(NodeId id, Node node);

        /** Connects a node again whose connection broke, where its host does not do so itself. */
        void comeBack(NodeId id);

        /** Lets a node do something, on its own thread. */
        void on(NodeId id, Runnable action);

        /** Lets time pass until {@code done}, which looks at {@code node}; whether it was. */
        boolean pass(Witness node, BooleanSupplier done) throws Exception;

        /** Ends everything; fails if a node did. */
        @Override
        void close();
    }

    private World world;
    private Witness server;
    private Witness a;

    abstract World open();

    @BeforeEach
    void create() {
        world = open();
        server = new Witness();
        a = new Witness();
    }

    @AfterEach
    void end() {
        world.close();
    }

    private void until(Witness node, BooleanSupplier done) throws Exception {
        assertTrue(world.pass(node, done), () -> "it did not come to that: " + node.events());
    }

    private void connect() throws Exception {
        world.serve(server);
        join(A, a);
    }

    private void join(NodeId id, Witness node) throws Exception {
        world.join(id, node);
        until(node, () -> node.saw("+" + SERVER));
        until(server, () -> server.saw("+" + id));
    }

    private static Message small(long sequence) {
        return new Message.Failure("note " + "x".repeat((int) (sequence % 50)));
    }

    private static Message chunk() {
        ByteBuffer data = ByteBuffer.allocate(ProtocolLimits.MAX_CHUNK_BYTES);
        CounterRandom coins = CounterRandom.of(1, "chunk", 0, "test");
        while (data.hasRemaining()) {
            data.putLong(coins.nextLong());
        }
        byte[] bytes = data.array();
        return new Message.ArtifactChunk(Digest.of(bytes), 0, bytes.length, bytes);
    }

    private static Envelope envelope(NodeId sender, long sequence, Message body) {
        return new Envelope("run", 1, sender, sequence, body);
    }

    private static List<String> smallOnes(NodeId sender, int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(i -> Witness.received(envelope(sender, i, small(i))))
                .toList();
    }

    private static void sayMany(Witness node, NodeId to, int from, int end) {
        for (int i = from; i <= end; i++) {
            node.say(to, i, small(i));
        }
    }

    @Test
    void send_manySmallOnes_arriveOnceInOrderAndEqual() throws Exception {
        connect();

        world.on(A, () -> sayMany(a, SERVER, 1, 2000));
        until(server, () -> server.received().size() >= 2000);

        assertEquals(smallOnes(A, 2000), server.received());
    }

    @Test
    void send_largestChunk_arrivesEqualBothWays() throws Exception {
        connect();

        world.on(A, () -> a.say(SERVER, 1, chunk()));
        world.on(SERVER, () -> server.say(A, 2, chunk()));
        until(server, () -> !server.received().isEmpty());
        until(a, () -> !a.received().isEmpty());

        assertEquals(List.of(Witness.received(envelope(A, 1, chunk()))), server.received());
        assertEquals(List.of(Witness.received(envelope(SERVER, 2, chunk()))), a.received());
    }

    @Test
    void send_fromWithinReceive_comesBackInOrder() throws Exception {
        server = new Witness(envelope -> server.say(A, envelope.sequence(), envelope.body()));
        connect();

        world.on(A, () -> sayMany(a, SERVER, 1, 500));
        until(a, () -> a.received().size() >= 500);

        assertEquals(smallOnes(SERVER, 500), a.received());
    }

    @Test
    void traffic_ofAConversation_isItsFramesAndTheirSize() throws Exception {
        connect();
        long toServer = 0;
        for (int i = 1; i <= 100; i++) {
            toServer += EnvelopeCodec.encode(envelope(A, i, small(i))).length;
        }
        long toA = EnvelopeCodec.encode(envelope(SERVER, 1, chunk())).length;

        world.on(A, () -> sayMany(a, SERVER, 1, 100));
        world.on(SERVER, () -> server.say(A, 1, chunk()));
        until(server, () -> server.received().size() == 100);
        until(a, () -> a.received().size() == 1);

        assertEquals(new Traffic(toA, toServer, 1, 100), trafficOf(SERVER, server));
        assertEquals(new Traffic(toServer, toA, 100, 1), trafficOf(A, a));
    }

    private Traffic trafficOf(NodeId id, Witness node) throws Exception {
        List<Traffic> traffic = new ArrayList<>();
        world.on(
                id,
                () -> {
                    traffic.add(node.context().transport().traffic());
                    node.note("traffic");
                });
        until(node, () -> node.saw("traffic"));
        return traffic.getFirst();
    }

    @Test
    void close_byEither_tellsBoth() throws Exception {
        connect();

        world.on(SERVER, () -> server.context().transport().close(A));
        until(server, () -> server.saw("-" + A));
        until(a, () -> a.saw("-" + SERVER));
        comeBack(2);
        world.on(A, () -> a.context().transport().close(SERVER));
        until(server, () -> server.times("-" + A) == 2);
        until(a, () -> a.times("-" + SERVER) == 2);

        assertEquals(List.of("start", "+a", "-a", "+a", "-a"), server.events().subList(0, 5));
    }

    private void comeBack(int times) throws Exception {
        world.comeBack(A);
        until(a, () -> a.times("+" + SERVER) == times);
        until(server, () -> server.times("+" + A) == times);
    }

    @Test
    void close_unknownPeer_isNoFault() throws Exception {
        connect();

        world.on(
                A,
                () -> {
                    a.context().transport().close(B);
                    a.say(SERVER, 1, small(1));
                });
        until(server, () -> !server.received().isEmpty());

        assertFalse(a.saw("-" + B));
    }

    @Test
    void send_withoutConnection_isDroppedAndNotCounted() throws Exception {
        connect();
        int bytes = EnvelopeCodec.encode(envelope(A, 2, small(2))).length;

        world.on(
                A,
                () -> {
                    a.context().transport().close(SERVER);
                    a.say(SERVER, 1, small(1));
                    a.say(B, 1, small(1));
                });
        until(server, () -> server.saw("-" + A));
        comeBack(2);
        world.on(A, () -> a.say(SERVER, 2, small(2)));
        until(server, () -> !server.received().isEmpty());

        assertEquals(List.of(Witness.received(envelope(A, 2, small(2)))), server.received());
        assertEquals(new Traffic(bytes, 0, 1, 0), trafficOf(A, a));
    }

    @Test
    void send_underAnotherName_breaksTheConnectionAndIsNotDelivered() throws Exception {
        connect();

        Envelope forged = envelope(B, 1, small(1));
        world.on(A, () -> a.context().transport().send(SERVER, forged));
        until(server, () -> server.saw("-" + A));
        until(a, () -> a.saw("-" + SERVER));

        assertEquals(List.of(), server.received());
    }

    @Test
    void send_tooLargeForAFrame_throwsAndTheConnectionStands() throws Exception {
        connect();
        Message large = new Message.Welcome("x".repeat(ProtocolLimits.MAX_FRAME_BYTES));

        world.on(
                A,
                () -> {
                    try {
                        a.say(SERVER, 1, large);
                    } catch (IllegalArgumentException e) {
                        a.note("refused");
                    }
                    a.say(SERVER, 2, small(2));
                });
        until(server, () -> !server.received().isEmpty());

        assertTrue(a.saw("refused"));
        assertEquals(List.of(Witness.received(envelope(A, 2, small(2)))), server.received());
    }

    @Test
    void close_ofOneOfTwo_doesNotDisturbTheOther() throws Exception {
        connect();
        Witness b = new Witness();
        join(B, b);

        world.on(B, () -> sayMany(b, SERVER, 1, 100));
        world.on(SERVER, () -> server.context().transport().close(A));
        world.on(B, () -> sayMany(b, SERVER, 101, 200));
        world.on(SERVER, () -> server.say(B, 1, small(1)));
        until(server, () -> server.received().size() == 200);
        until(b, () -> b.received().size() == 1);

        assertEquals(smallOnes(B, 200), server.received());
        assertEquals(List.of("start", "+coordinator", smallOnes(SERVER, 1).getFirst()), b.events());
    }

    @Test
    void connected_onBothSides_comesBeforeAnyMessage() throws Exception {
        server =
                new Witness() {
                    @Override
                    public void connected(NodeId peer) {
                        super.connected(peer);
                        say(peer, 1, small(1));
                    }
                };
        connect();

        until(a, () -> !a.received().isEmpty());

        assertEquals(List.of("start", "+coordinator", smallOnes(SERVER, 1).getFirst()), a.events());
    }

    @Test
    void after_severalDelays_fireInOrderAndNeverWhenCancelled() throws Exception {
        connect();

        world.on(
                A,
                () -> {
                    noteAfter(30, "third");
                    noteAfter(10, "second");
                    noteAfter(20, "cancelled").cancel();
                    noteAfter(0, "cancelled").cancel();
                    noteAfter(0, "first");
                    Scheduler.Timer last = noteAfter(50, "cancelled");
                    noteAfter(40, "fourth");
                    a.context().scheduler().after(Duration.ofMillis(45), last::cancel);
                    noteAfter(60, "last");
                });
        until(a, () -> a.saw("last"));

        assertEquals(
                List.of("start", "+coordinator", "first", "second", "third", "fourth", "last"),
                a.events());
    }

    private Scheduler.Timer noteAfter(int millis, String event) {
        return a.context().scheduler().after(Duration.ofMillis(millis), () -> a.note(event));
    }

    @Test
    void after_delay_passesOnTheNodesClock() throws Exception {
        connect();
        List<Long> passedNanos = new ArrayList<>();

        world.on(
                A,
                () -> {
                    long setNanos = a.context().clock().nanos();
                    a.context()
                            .scheduler()
                            .after(
                                    Duration.ofMillis(20),
                                    () -> {
                                        passedNanos.add(a.context().clock().nanos() - setNanos);
                                        a.note("fired");
                                    });
                });
        until(a, () -> a.saw("fired"));

        assertTrue(passedNanos.getFirst() >= 20_000_000, passedNanos.toString());
    }

    @Test
    void after_negativeDelay_isRefused() throws Exception {
        connect();

        world.on(
                A,
                () -> {
                    try {
                        noteAfter(-1, "fired");
                    } catch (IllegalArgumentException e) {
                        a.note(e.getMessage());
                    }
                });

        until(a, () -> a.saw("an event cannot lie in the past: delayNanos=-1000000"));
    }

    @Test
    void submit_work_outcomesComeBackToTheNode() throws Exception {
        connect();

        world.on(
                A,
                () -> {
                    a.context().compute().submit(work(() -> 42), this::noteOutcome);
                    a.context()
                            .compute()
                            .submit(
                                    work(
                                            () -> {
                                                throw new IOException("no data");
                                            }),
                                    this::noteOutcome);
                    a.note("submitted");
                });
        until(a, () -> a.events().size() == 5);

        assertEquals("submitted", a.events().get(2));
        assertTrue(a.saw("done 42"), a.events()::toString);
        assertTrue(a.saw("failed java.io.IOException: no data"), a.events()::toString);
    }

    private void noteOutcome(Outcome<Integer> outcome) {
        switch (outcome) {
            case Outcome.Done<Integer>(Integer value) -> a.note("done " + value);
            case Outcome.Failed<Integer>(Exception cause) -> a.note("failed " + cause);
        }
    }

    private static Compute.Work<Integer> work(Callable<Integer> body) {
        return new Compute.Work<>() {
            @Override
            public long tokens() {
                return 100;
            }

            @Override
            public Integer run() throws Exception {
                return body.call();
            }
        };
    }
}
