package dev.gossamer.simulations.federation;

import dev.gossamer.coordinator.journal.FileJournal;
import dev.gossamer.coordinator.round.Coordinator;
import dev.gossamer.protocols.artifact.FolderArtifacts;
import dev.gossamer.protocols.host.HostRuntime;
import dev.gossamer.protocols.host.NodeClient;
import dev.gossamer.protocols.host.NodeServer;
import dev.gossamer.protocols.host.PortInUseException;
import dev.gossamer.protocols.node.NodeId;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;

/** Runs a federation in real time, over WebSockets on this machine's loopback. */
public final class LoopbackFederation {
    private static final String HOST = "127.0.0.1";

    /** How long the last message may be on its way. */
    private static final int FAREWELL_SECONDS = 10;

    private LoopbackFederation() {}

    /**
     * Runs to the end, every node in this process.
     *
     * @param port where the coordinator listens, 0 for any that is free
     * @throws PortInUseException if another server listens there
     */
    public static void run(Federation federation, int port) {
        Ending ending = new Ending(federation.files().keySet());
        try (HostRuntime runtime = new HostRuntime(federation.run().train().threads())) {
            serve(
                    federation,
                    ending,
                    runtime,
                    port,
                    bound -> clients(federation, ending, runtime, bound));
        }
    }

    private static List<AutoCloseable> clients(
            Federation federation, Ending ending, HostRuntime runtime, int port) {
        Federation watched =
                federation.watchedBy(ending.watchingClients(federation.clientWatcher()));
        List<AutoCloseable> clients = new ArrayList<>();
        for (NodeId node : federation.files().keySet()) {
            clients.add(
                    NodeClient.start(
                            runtime.resources(new FolderArtifacts(federation.artifacts(node))),
                            node,
                            watched.client(node),
                            cause -> ending.failed(node, cause),
                            HOST,
                            port));
        }
        return clients;
    }

    /** The same, each client a process of its own. */
    public static void runProcesses(Federation federation, int port, ClientProcesses processes) {
        Ending ending = new Ending(federation.files().keySet());
        try (HostRuntime runtime = new HostRuntime(1)) {
            serve(
                    federation,
                    ending,
                    runtime,
                    port,
                    bound -> processes.start(federation, HOST + ":" + bound, ending));
        }
    }

    private static void serve(
            Federation federation,
            Ending ending,
            HostRuntime runtime,
            int port,
            IntFunction<List<AutoCloseable>> starter) {
        federation.createFolders();
        try (FileJournal journal = new FileJournal(federation.journal())) {
            Coordinator coordinator =
                    new Coordinator(
                            federation.run(),
                            federation.files().size(),
                            journal,
                            ending.watching(federation.coordinatorWatcher()));
            try (NodeServer server =
                    NodeServer.start(
                            runtime.resources(
                                    new FolderArtifacts(federation.artifacts(NodeId.COORDINATOR))),
                            NodeId.COORDINATOR,
                            coordinator,
                            cause -> ending.failed(NodeId.COORDINATOR, cause),
                            HOST,
                            port)) {
                List<AutoCloseable> clients = starter.apply(server.port());
                try {
                    await(ending);
                } finally {
                    clients.forEach(LoopbackFederation::close);
                }
            }
        }
    }

    private static void await(Ending ending) {
        try {
            ending.ended().join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof FederationException cause ? cause : e;
        }
        ending.allTold().completeOnTimeout(null, FAREWELL_SECONDS, TimeUnit.SECONDS).join();
    }

    private static void close(AutoCloseable client) {
        try {
            client.close();
        } catch (Exception e) {
            throw new FederationException("a client could not be closed: " + e.getMessage());
        }
    }
}
