package dev.gossamer.simulations.engine;

import dev.gossamer.protocols.node.ArtifactPort;
import dev.gossamer.protocols.node.Clock;
import dev.gossamer.protocols.node.Compute;
import dev.gossamer.protocols.node.Node;
import dev.gossamer.protocols.node.NodeContext;
import dev.gossamer.protocols.node.NodeId;
import dev.gossamer.protocols.node.Scheduler;
import dev.gossamer.protocols.node.StatePort;
import dev.gossamer.protocols.node.Transport;
import dev.gossamer.protocols.wire.Envelope;
import dev.gossamer.protocols.wire.EnvelopeCodec;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;

/** The host of one node in virtual time, and the context through which the node acts. */
final class VirtualNode implements NodeContext, Clock, Scheduler, Transport, Compute {
    /** The connections between nodes. */
    interface Wire {
        /** Whether a connection took the frame. */
        boolean send(NodeId from, NodeId to, byte[] frame);

        void disconnect(NodeId one, NodeId other);
    }

    private final NodeId id;
    private final Node node;
    private final DeviceProfile device;
    private final ArtifactPort artifacts;
    private final StatePort state;
    private final SecureRandom secrets;
    private final EventQueue queue;
    private final Wire wire;
    private boolean alive = true;
    private Traffic traffic = Traffic.NONE;
    private long busyUntilNanos;

    VirtualNode(
            NodeId id,
            Node node,
            DeviceProfile device,
            ArtifactPort artifacts,
            StatePort state,
            SecureRandom secrets,
            EventQueue queue,
            Wire wire) {
        this.id = id;
        this.node = node;
        this.device = device;
        this.artifacts = artifacts;
        this.state = state;
        this.secrets = secrets;
        this.queue = queue;
        this.wire = wire;
    }

    Node node() {
        return node;
    }

    /** Lets the node act, unless it was killed meanwhile. */
    void act(Runnable action) {
        if (alive) {
            action.run();
        }
    }

    void kill() {
        alive = false;
    }

    void received(int bytes) {
        traffic = traffic.plusReceived(bytes);
    }

    @Override
    public NodeId self() {
        return id;
    }

    @Override
    public Clock clock() {
        return this;
    }

    @Override
    public Scheduler scheduler() {
        return this;
    }

    @Override
    public Transport transport() {
        return this;
    }

    @Override
    public Compute compute() {
        return this;
    }

    @Override
    public ArtifactPort artifacts() {
        return artifacts;
    }

    @Override
    public StatePort state() {
        return state;
    }

    @Override
    public SecureRandom secrets() {
        return secrets;
    }

    @Override
    public long nanos() {
        return queue.nowNanos();
    }

    @Override
    public Instant now() {
        return Instant.EPOCH.plusNanos(queue.nowNanos());
    }

    @Override
    public Timer after(Duration delay, Runnable action) {
        return queue.after(delay.toNanos(), () -> act(action))::cancel;
    }

    @Override
    public void send(NodeId peer, Envelope envelope) {
        byte[] frame = EnvelopeCodec.encode(envelope);
        if (wire.send(id, peer, frame)) {
            traffic = traffic.plusSent(frame.length);
        }
    }

    @Override
    public void close(NodeId peer) {
        wire.disconnect(id, peer);
    }

    @Override
    public Traffic traffic() {
        return traffic;
    }

    /** The work runs now; its outcome comes when the device, one piece after the other, is done. */
    @Override
    public <T> void submit(Work<T> work, Consumer<Outcome<T>> done) {
        Outcome<T> outcome = outcome(work);
        busyUntilNanos =
                Math.max(busyUntilNanos, queue.nowNanos()) + device.workNanos(work.tokens());
        queue.after(busyUntilNanos - queue.nowNanos(), () -> act(() -> done.accept(outcome)));
    }

    private static <T> Outcome<T> outcome(Work<T> work) {
        try {
            return new Outcome.Done<>(work.run());
        } catch (Exception e) {
            return new Outcome.Failed<>(e);
        }
    }
}
