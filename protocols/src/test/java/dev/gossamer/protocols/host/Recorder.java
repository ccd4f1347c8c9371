package dev.gossamer.protocols.host;

import dev.gossamer.protocols.node.Node;
import dev.gossamer.protocols.node.NodeContext;
import dev.gossamer.protocols.node.NodeId;
import dev.gossamer.protocols.wire.Envelope;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Writes down what happens to it, and lets a test wait for that; the list is its own guard. */
final class Recorder implements Node {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final List<String> events = new ArrayList<>();
    private volatile NodeContext context;

    NodeContext context() {
        return context;
    }

    @Override
    public void start(NodeContext context) {
        this.context = context;
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
        note(peer + "#" + envelope.sequence());
    }

    void note(String event) {
        synchronized (events) {
            events.add(event);
            events.notifyAll();
        }
    }

    List<String> events() {
        synchronized (events) {
            return List.copyOf(events);
        }
    }

    void await(String event) throws InterruptedException {
        await(seen -> seen.contains(event));
    }

    void await(Predicate<List<String>> done) throws InterruptedException {
        long endNanos = System.nanoTime() + PATIENCE.toNanos();
        synchronized (events) {
            while (!done.test(events)) {
                long leftMillis = (endNanos - System.nanoTime()) / 1_000_000;
                if (leftMillis <= 0) {
                    throw new AssertionError("it did not come to that: events=" + events);
                }
                events.wait(leftMillis);
            }
        }
    }
}
