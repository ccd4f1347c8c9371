package dev.gossamer.simulations.federation;

import dev.gossamer.coordinator.journal.FileJournal;
import dev.gossamer.coordinator.round.Coordinator;
import dev.gossamer.protocols.artifact.FolderArtifacts;
import dev.gossamer.protocols.node.NodeId;
import dev.gossamer.protocols.run.World;
import dev.gossamer.simulations.engine.DeviceProfile;
import dev.gossamer.simulations.engine.LinkProfile;
import dev.gossamer.simulations.engine.VirtualWorld;

import java.util.concurrent.CompletionException;

/** Runs a federation in virtual time. */
public final class VirtualFederation {
    /** A run of a thousand rounds with a thousand clients has some ten million events. */
    private static final long MAX_EVENTS = 100_000_000;

    private static final int BITS_PER_BYTE = 8;

    private VirtualFederation() {}

    /**
     * Runs to the end.
     *
     * @return the virtual time that it took, in nanoseconds
     */
    public static long run(Federation federation, World world) {
        VirtualWorld virtual = new VirtualWorld(link(world.network()));
        DeviceProfile device = new DeviceProfile(world.device().tokensPerSecond());
        Ending ending = new Ending(federation.files().keySet());
        Federation watched =
                federation.watchedBy(ending.watchingClients(federation.clientWatcher()));
        federation.createFolders();
        try (FileJournal journal = new FileJournal(federation.journal())) {
            Coordinator coordinator =
                    new Coordinator(
                            federation.run(),
                            federation.files().size(),
                            journal,
                            ending.watching(federation.coordinatorWatcher()));
            virtual.add(
                    NodeId.COORDINATOR,
                    coordinator,
                    device,
                    new FolderArtifacts(federation.artifacts(NodeId.COORDINATOR)));
            for (NodeId node : federation.files().keySet()) {
                FolderArtifacts artifacts = new FolderArtifacts(federation.artifacts(node));
                virtual.add(node, watched.client(node), device, artifacts);
                virtual.connect(node, NodeId.COORDINATOR);
            }
            virtual.run(() -> ending.ended().isDone(), MAX_EVENTS);
        }
        requireEnd(ending);
        return virtual.nowNanos();
    }

    private static LinkProfile link(World.Network network) {
        return new LinkProfile(network.latency(), (double) network.bitsPerSecond() / BITS_PER_BYTE);
    }

    private static void requireEnd(Ending ending) {
        try {
            if (ending.now().isEmpty()) {
                throw new FederationException("nothing is left to happen, and the run is not over");
            }
        } catch (CompletionException e) {
            throw e.getCause() instanceof FederationException cause ? cause : e;
        }
    }
}
