package dev.gossamer.simulations.engine;

import dev.gossamer.protocols.node.Node;
import dev.gossamer.protocols.node.NodeContext;
import dev.gossamer.protocols.node.NodeId;
import dev.gossamer.protocols.wire.Envelope;
import dev.gossamer.protocols.wire.EnvelopeCodec;
import dev.gossamer.protocols.wire.Message;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * A node that writes down what happens to it, under any host.
 *
 * <p>The list of events is its own guard, so that a test may read it and wait for it.
 */
class Witness implements Node {
    private final List<String> events = new ArrayList<>();
    private final Consumer<Envelope> reaction;
    private volatile NodeContext context;
    private volatile Thread thread;

    /** A node that only looks on. */
    Witness() {
        this(_ -> {});
    }

    /** A node that does something about each envelope. */
    Witness(Consumer<Envelope> reaction) {
        this.reaction = reaction;
    }

    NodeContext context() {
        return context;
    }

    @Override
    public void start(NodeContext context) {
        this.context = context;
        thread = Thread.currentThread();
        note("start");
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
        note(received(envelope));
        reaction.accept(envelope);
    }

    /** What is noted of an envelope: everything that is in it. */
    static String received(Envelope envelope) {
        byte[] frame = EnvelopeCodec.encode(envelope);
        return "#" + HexFormat.of().formatHex(frame);
    }

    /** Notes {@code event}, and whether it happens where all of a node must. */
    void note(String event) {
        String where = Thread.currentThread().equals(thread) ? "" : " on another thread";
        synchronized (events) {
            events.add(event + where);
            events.notifyAll();
        }
    }

    /** Sends {@code body} under this node's name. */
    void say(NodeId to, long sequence, Message body) {
        context.transport().send(to, new Envelope("run", 1, context.self(), sequence, body));
    }

    List<String> events() {
        synchronized (events) {
            return List.copyOf(events);
        }
    }

    boolean saw(String event) {
        return events().contains(event);
    }

    /** How often a connection was made. */
    long times(String event) {
        return events().stream().filter(event::equals).count();
    }

    /** What was received, in order. */
    List<String> received() {
        return events().stream().filter(event -> event.startsWith("#")).toList();
    }

    /** Waits, while other threads act, until {@code done}; for hosts in real time. */
    boolean await(BooleanSupplier done, Duration patience) throws InterruptedException {
        long endNanos = System.nanoTime() + patience.toNanos();
        synchronized (events) {
            while (!done.getAsBoolean()) {
                long leftMillis = (endNanos - System.nanoTime()) / 1_000_000;
                if (leftMillis <= 0) {
                    return false;
                }
                events.wait(leftMillis);
            }
        }
        return true;
    }
}
