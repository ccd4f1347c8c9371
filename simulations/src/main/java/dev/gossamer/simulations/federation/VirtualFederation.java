package dev.gossamer.simulations.federation;

import dev.gossamer.coordinator.journal.FileJournal;
import dev.gossamer.coordinator.round.Coordinator;
import dev.gossamer.protocols.artifact.FolderArtifacts;
import dev.gossamer.protocols.artifact.FolderState;
import dev.gossamer.protocols.node.Node;
import dev.gossamer.protocols.node.NodeId;
import dev.gossamer.protocols.run.World;
import dev.gossamer.simulations.engine.DeviceProfile;
import dev.gossamer.simulations.engine.LinkProfile;
import dev.gossamer.simulations.engine.VirtualWorld;

import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletionException;

/** A federation in virtual time; its nodes may be killed, and started again from their folders. */
public final class VirtualFederation implements AutoCloseable {
    /** A run of a thousand rounds with a thousand clients has some ten million events. */
    private static final long MAX_EVENTS = 100_000_000;

    private static final int BITS_PER_BYTE = 8;

    private final Federation federation;
    private final Ending ending;
    private final VirtualWorld virtual;
    private final DeviceProfile device;
    private final Set<NodeId> alive = new TreeSet<>();
    private FileJournal journal;

    /** A federation whose nodes are about to start. */
    VirtualFederation(Federation federation, World world) {
        ending = new Ending(federation.files().keySet());
        this.federation = federation.watchedBy(ending.watchingClients(federation.clientWatcher()));
        virtual = new VirtualWorld(link(world.network()), federation.run().seed());
        device = new DeviceProfile(world.device().tokensPerSecond());
        federation.createFolders();
        journal = new FileJournal(federation.journal());
        start(NodeId.COORDINATOR);
        federation.files().keySet().forEach(this::start);
    }

    private static LinkProfile link(World.Network network) {
        return new LinkProfile(network.latency(), (double) network.bitsPerSecond() / BITS_PER_BYTE);
    }

    /**
     * Runs to the end.
     *
     * @return the virtual time that it took, in nanoseconds
     */
    public static long run(Federation federation, World world) {
        try (VirtualFederation nodes = new VirtualFederation(federation, world)) {
            return nodes.run();
        }
    }

    private void start(NodeId node) {
        boolean serves = node.equals(NodeId.COORDINATOR);
        FolderArtifacts artifacts = new FolderArtifacts(federation.artifacts(node));
        virtual.add(
                node,
                serves ? coordinator() : federation.client(node),
                device,
                artifacts,
                new FolderState(federation.state(node)));
        if (serves) {
            alive.forEach(client -> virtual.connect(client, node));
        } else if (alive.contains(NodeId.COORDINATOR)) {
            virtual.connect(node, NodeId.COORDINATOR);
        }
        alive.add(node);
    }

    private Node coordinator() {
        return new Coordinator(
                federation.run(),
                federation.files().size(),
                journal,
                ending.watching(federation.coordinatorWatcher()));
    }

    /** Kills {@code node} as soon as it has done what it is doing. */
    void kill(NodeId node) {
        virtual.after(
                Duration.ZERO,
                () -> {
                    virtual.crash(node);
                    alive.remove(node);
                });
    }

    /** Kills {@code node}, and starts it again {@code downtime} later. */
    void restart(NodeId node, Duration downtime) {
        kill(node);
        virtual.after(
                downtime,
                () -> {
                    if (node.equals(NodeId.COORDINATOR)) {
                        journal.close();
                        journal = new FileJournal(federation.journal());
                    }
                    start(node);
                });
    }

    /** Lets time pass until the run is over, and tells how much did, in nanoseconds. */
    long run() {
        virtual.run(() -> ending.ended().isDone(), MAX_EVENTS);
        try {
            if (ending.now().isEmpty()) {
                throw new FederationException("nothing is left to happen, and the run is not over");
            }
        } catch (CompletionException e) {
            throw e.getCause() instanceof FederationException cause ? cause : e;
        }
        return virtual.nowNanos();
    }

    @Override
    public void close() {
        journal.close();
    }
}
