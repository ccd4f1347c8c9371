package dev.gossamer.simulations.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gossamer.protocols.adapter.Digest;
import dev.gossamer.protocols.artifact.MemoryState;
import dev.gossamer.protocols.node.ArtifactPort;
import dev.gossamer.protocols.node.Compute;
import dev.gossamer.protocols.node.Node;
import dev.gossamer.protocols.node.NodeContext;
import dev.gossamer.protocols.node.NodeId;
import dev.gossamer.protocols.node.Transport;
import dev.gossamer.protocols.wire.Envelope;
import dev.gossamer.protocols.wire.EnvelopeCodec;
import dev.gossamer.protocols.wire.Message;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

class VirtualWorldTest {
    private static final NodeId A = new NodeId("a");
    private static final NodeId B = new NodeId("b");
    private static final ArtifactPort NO_ARTIFACTS =
            new ArtifactPort() {
                @Override
                public Digest put(byte[] content) {
                    return Digest.of(content);
                }

                @Override
                public void remove(Digest digest) {}

                @Override
                public Optional<byte[]> get(Digest digest) {
                    return Optional.empty();
                }
            };

    /** Writes down what happens to it, with the time in milliseconds. */
    private static final class Recorder implements Node {
        private final List<String> events = new ArrayList<>();
        private NodeContext context;

        @Override
        public void start(NodeContext context) {
            this.context = context;
            note("start");
        }

        void note(String event) {
            events.add(context.clock().nanos() / 1_000_000 + " " + event);
        }

        @Override
        public void connected(NodeId peer) {
            note("+" + peer);
        }

        @Override
        public void disconnected(NodeId peer) {
            note("-" + peer);
        }

        @Override
        public void receive(NodeId peer, Envelope envelope) {
            note(peer + "#" + envelope.sequence());
        }
    }

    private final VirtualWorld world =
            new VirtualWorld(new LinkProfile(Duration.ofMillis(30), 1000));
    private final Recorder a = new Recorder();
    private final Recorder b = new Recorder();

    private void connected() {
        world.add(A, a, new DeviceProfile(2000), NO_ARTIFACTS, new MemoryState());
        world.add(B, b, new DeviceProfile(2000), NO_ARTIFACTS, new MemoryState());
        world.connect(A, B);
        settle();
    }

    private static String withoutTime(String event) {
        return event.substring(event.indexOf(' ') + 1);
    }

    private void settle() {
        world.run(() -> false, 10_000);
    }

    private static Envelope envelope(NodeId sender, long sequence) {
        return new Envelope("run", 1, sender, sequence, new Message.Failure("x".repeat(100)));
    }

    private void send(long sequence) {
        a.context.transport().send(B, envelope(A, sequence));
    }

    @Test
    void send_severalFrames_arriveInOrderAtTheLinksPace() {
        connected();
        int bytes = EnvelopeCodec.encode(envelope(A, 1)).length;

        send(1);
        send(2);
        settle();

        assertEquals(
                List.of("0 start", "0 +a", (bytes + 30) + " a#1", (2 * bytes + 30) + " a#2"),
                b.events);
        assertEquals(new Transport.Traffic(2L * bytes, 0, 2, 0), a.context.transport().traffic());
        assertEquals(new Transport.Traffic(0, 2L * bytes, 0, 2), b.context.transport().traffic());
    }

    @Test
    void disconnect_frameOnTheWay_isLostAndBothAreTold() {
        connected();
        send(1);

        world.disconnect(A, B);
        settle();

        assertEquals(List.of("0 start", "0 +a", "0 -a"), b.events);
        assertEquals(List.of("0 start", "0 +b", "0 -b"), a.events);
    }

    @Test
    void connect_again_doesNotDeliverWhatWasLost() {
        connected();
        send(1);
        world.disconnect(A, B);
        world.connect(A, B);

        send(2);
        settle();

        assertEquals(4, b.events.indexOf(b.events.getLast()));
        assertEquals("a#2", withoutTime(b.events.getLast()));
    }

    @Test
    void send_withoutConnection_isDroppedAndNotCounted() {
        connected();
        world.disconnect(A, B);

        send(1);
        settle();

        assertEquals(0, a.context.transport().traffic().sentBytes());
    }

    @Test
    void close_byANode_tellsBoth() {
        connected();

        a.context.transport().close(B);
        settle();

        assertEquals("0 -a", b.events.getLast());
        assertEquals("0 -b", a.events.getLast());
    }

    @Test
    void send_underAnotherName_breaksTheConnection() {
        connected();

        a.context.transport().send(B, envelope(new NodeId("mallory"), 1));
        settle();

        assertEquals("-a", withoutTime(b.events.getLast()));
    }

    @Test
    void crash_timersAndWorkOfTheNode_neverFire() {
        connected();
        a.context.scheduler().after(Duration.ofMillis(5), () -> a.note("timer"));
        a.context.compute().submit(work(100), outcome -> a.note("work"));

        world.crash(A);
        settle();

        assertEquals(List.of("0 start", "0 +b"), a.events);
        assertEquals("0 -a", b.events.getLast());
    }

    @Test
    void after_crashMeanwhile_happensAllTheSame() {
        connected();
        world.after(Duration.ofMillis(7), () -> b.note("outside"));

        world.crash(A);
        settle();

        assertEquals("7 outside", b.events.getLast());
    }

    @Test
    void submit_twoPieces_takeTheDevicesTimeOneAfterTheOther() {
        connected();

        a.context.compute().submit(work(100), outcome -> a.note("first"));
        a.context.compute().submit(work(200), outcome -> a.note("second"));
        settle();

        assertEquals(List.of("50 first", "150 second"), a.events.subList(2, 4));
    }

    private static Compute.Work<Long> work(long tokens) {
        return new Compute.Work<>() {
            @Override
            public long tokens() {
                return tokens;
            }

            @Override
            public Long run() {
                return tokens;
            }
        };
    }

    @Test
    void cancel_timer_neverFires() {
        connected();

        a.context.scheduler().after(Duration.ofMillis(5), () -> a.note("timer")).cancel();
        settle();

        assertEquals(List.of("0 start", "0 +b"), a.events);
    }

    @Test
    void run_withoutEnd_stopsAtTheBound() {
        connected();
        Runnable[] again = new Runnable[1];
        again[0] = () -> a.context.scheduler().after(Duration.ofMillis(1), again[0]);
        again[0].run();

        var error = assertThrows(IllegalStateException.class, () -> world.run(() -> false, 100));

        assertEquals("too many events: event=104, bound=100", error.getMessage());
    }
}
