package dev.gossamer.simulations.engine;

import dev.gossamer.protocols.node.ArtifactPort;
import dev.gossamer.protocols.node.Node;
import dev.gossamer.protocols.node.NodeId;
import dev.gossamer.protocols.node.StatePort;
import dev.gossamer.protocols.wire.Decoded;
import dev.gossamer.protocols.wire.EnvelopeCodec;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/**
 * Nodes, links and one clock, in virtual time.
 *
 * <p>Each message is encoded, travels as bytes for as long as its link takes, and is decoded where
 * it arrives. Frames of one direction of a link keep their order. What is on the way when a
 * connection breaks is lost. Single-threaded: whoever calls {@link #run} runs everything.
 */
public final class VirtualWorld {
    private final EventQueue queue = new EventQueue();
    private final TreeMap<NodeId, VirtualNode> nodes = new TreeMap<>();
    private final Set<Connection> connections = new HashSet<>();
    private final Map<NodeId, Integer> lives = new TreeMap<>();
    private final LinkProfile link;
    private final long seed;
    private final VirtualNode.Wire wire =
            new VirtualNode.Wire() {
                @Override
                public boolean send(NodeId from, NodeId to, byte[] frame) {
                    return VirtualWorld.this.send(from, to, frame);
                }

                @Override
                public void disconnect(NodeId one, NodeId other) {
                    VirtualWorld.this.disconnect(one, other);
                }
            };

    /** An empty world whose links are all alike. */
    public VirtualWorld(LinkProfile link) {
        this(link, 0);
    }

    /**
     * The same.
     *
     * @param seed of what its nodes take for secrets, so that a simulation can be repeated
     */
    public VirtualWorld(LinkProfile link, long seed) {
        this.link = link;
        this.seed = seed;
    }

    /** Two nodes that are connected; identity tells one connection from the next. */
    private static final class Connection {
        private final NodeId one;
        private final NodeId other;
        private long oneFreeNanos;
        private long otherFreeNanos;

        Connection(NodeId one, NodeId other) {
            this.one = one;
            this.other = other;
        }

        boolean joins(NodeId a, NodeId b) {
            return (one.equals(a) && other.equals(b)) || (one.equals(b) && other.equals(a));
        }

        /** When a frame that is handed over now has left, after those before it. */
        long leaves(NodeId sender, long nowNanos, long transmissionNanos) {
            boolean first = sender.equals(one);
            long free = Math.max(nowNanos, first ? oneFreeNanos : otherFreeNanos);
            free += transmissionNanos;
            if (first) {
                oneFreeNanos = free;
            } else {
                otherFreeNanos = free;
            }
            return free;
        }
    }

    /**
     * Puts {@code node} into the world and starts it; its secrets are the simulation's, and others
     * each time that a node of its id is added.
     *
     * @throws IllegalArgumentException if one of that id is there
     */
    public void add(
            NodeId id, Node node, DeviceProfile device, ArtifactPort artifacts, StatePort state) {
        add(id, node, device, artifacts, state, secrets(id));
    }

    private SecureRandom secrets(NodeId id) {
        return new SimulationSecrets(seed, id, lives.merge(id, 1, Integer::sum));
    }

    /** The same, with secrets of the caller's. */
    public void add(
            NodeId id,
            Node node,
            DeviceProfile device,
            ArtifactPort artifacts,
            StatePort state,
            SecureRandom secrets) {
        if (nodes.containsKey(id)) {
            throw new IllegalArgumentException("node is there already: id=" + id);
        }
        VirtualNode host =
                new VirtualNode(id, node, device, artifacts, state, secrets, queue, wire);
        nodes.put(id, host);
        queue.after(0, () -> host.act(() -> node.start(host)));
    }

    /** Kills a node: its connections break, its timers and its work are gone. */
    public void crash(NodeId id) {
        VirtualNode host = required(id);
        host.kill();
        nodes.remove(id);
        for (NodeId peer : Set.copyOf(nodes.keySet())) {
            disconnect(id, peer);
        }
    }

    private VirtualNode required(NodeId id) {
        VirtualNode host = nodes.get(id);
        if (host == null) {
            throw new IllegalArgumentException("no such node: id=" + id);
        }
        return host;
    }

    /** Connects two nodes; both are told. */
    public void connect(NodeId one, NodeId other) {
        VirtualNode first = required(one);
        VirtualNode second = required(other);
        if (connections.stream().anyMatch(c -> c.joins(one, other))) {
            throw new IllegalArgumentException(
                    "connected already: one=" + one + ", other=" + other);
        }
        connections.add(new Connection(one, other));
        queue.after(0, () -> first.act(() -> first.node().connected(other)));
        queue.after(0, () -> second.act(() -> second.node().connected(one)));
    }

    /** Breaks the connection between two nodes, if one stands; both are told. */
    public void disconnect(NodeId one, NodeId other) {
        if (connections.removeIf(c -> c.joins(one, other))) {
            tellGone(one, other);
            tellGone(other, one);
        }
    }

    private void tellGone(NodeId id, NodeId peer) {
        VirtualNode host = nodes.get(id);
        if (host != null) {
            queue.after(0, () -> host.act(() -> host.node().disconnected(peer)));
        }
    }

    private boolean send(NodeId from, NodeId to, byte[] frame) {
        for (Connection connection : connections) {
            if (connection.joins(from, to)) {
                long left =
                        connection.leaves(
                                from, queue.nowNanos(), link.transmissionNanos(frame.length));
                long delay = left - queue.nowNanos() + link.latency().toNanos();
                queue.after(delay, () -> deliver(connection, from, to, frame));
                return true;
            }
        }
        return false;
    }

    private void deliver(Connection connection, NodeId from, NodeId to, byte[] frame) {
        VirtualNode host = nodes.get(to);
        if (host == null || !connections.contains(connection)) {
            return;
        }
        host.received(frame.length);
        switch (EnvelopeCodec.decode(frame)) {
            case Decoded.Accepted accepted when accepted.envelope().sender().equals(from) ->
                    host.act(() -> host.node().receive(from, accepted.envelope()));
            case Decoded.Accepted accepted -> disconnect(from, to);
            case Decoded.Refused refused -> disconnect(from, to);
        }
    }

    /** Lets something happen to the world {@code delay} from now, whatever its nodes do. */
    public void after(Duration delay, Runnable event) {
        queue.after(delay.toNanos(), event);
    }

    /** The virtual time since the world began. */
    public long nowNanos() {
        return queue.nowNanos();
    }

    /**
     * Lets time pass until {@code done}, or until nothing is left to happen.
     *
     * @throws IllegalStateException after {@code bound} events
     */
    public void run(BooleanSupplier done, long bound) {
        queue.run(done, bound);
    }
}
