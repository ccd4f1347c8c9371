package dev.gossamer.simulations.federation;

import dev.gossamer.coordinator.journal.FileJournal;
import dev.gossamer.coordinator.round.Coordinator;
import dev.gossamer.protocols.artifact.FolderArtifacts;
import dev.gossamer.protocols.artifact.FolderState;
import dev.gossamer.protocols.host.HostResources;
import dev.gossamer.protocols.host.HostRuntime;
import dev.gossamer.protocols.host.NodeClient;
import dev.gossamer.protocols.host.NodeServer;
import dev.gossamer.protocols.host.PortInUseException;
import dev.gossamer.protocols.node.NodeId;

import java.security.SecureRandom;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * A federation in real time, over WebSockets on this machine's loopback; its nodes may be stopped,
 * and started again from their folders.
 *
 * <p>Confined to one thread, which is none of its nodes'.
 */
public final class LoopbackFederation implements AutoCloseable {
    private static final String HOST = "127.0.0.1";

    /** How long the last message may be on its way. */
    private static final int FAREWELL_SECONDS = 10;

    private final Federation federation;
    private final Ending ending;
    private final HostRuntime runtime;
    private final Function<NodeId, SecureRandom> secrets;
    private final ClientStarter starter;
    private final Map<NodeId, AutoCloseable> clients = new TreeMap<>();
    private Optional<Serving> serving = Optional.empty();

    private LoopbackFederation(
            Federation federation,
            Ending ending,
            HostRuntime runtime,
            Function<NodeId, SecureRandom> secrets,
            ClientStarter starter) {
        this.federation = federation;
        this.ending = ending;
        this.runtime = runtime;
        this.secrets = secrets;
        this.starter = starter;
    }

    /** Starts one client; closing it stops it at once, whatever it does. */
    private interface ClientStarter {
        AutoCloseable start(NodeId node, int port);
    }

    /** The coordinator, and what it writes. */
    private record Serving(FileJournal journal, NodeServer server) implements AutoCloseable {
        @Override
        public void close() {
            try (journal) {
                server.close();
            }
        }
    }

    /** Every node in this process. */
    static LoopbackFederation inProcess(Federation federation) {
        HostRuntime runtime = new HostRuntime(federation.run().train().threads());
        return inProcess(federation, runtime, _ -> runtime.secrets());
    }

    /** The same; {@code secrets} gives each node's. */
    static LoopbackFederation inProcess(
            Federation federation, Function<NodeId, SecureRandom> secrets) {
        return inProcess(federation, new HostRuntime(federation.run().train().threads()), secrets);
    }

    private static LoopbackFederation inProcess(
            Federation federation, HostRuntime runtime, Function<NodeId, SecureRandom> secrets) {
        Ending ending = new Ending(federation.files().keySet());
        Federation watched =
                federation.watchedBy(ending.watchingClients(federation.clientWatcher()));
        return new LoopbackFederation(
                watched,
                ending,
                runtime,
                secrets,
                (node, port) ->
                        NodeClient.start(
                                resources(runtime, federation, node, secrets),
                                node,
                                watched.client(node),
                                cause -> ending.failed(node, cause),
                                HOST,
                                port));
    }

    private static HostResources resources(
            HostRuntime runtime,
            Federation federation,
            NodeId node,
            Function<NodeId, SecureRandom> secrets) {
        return runtime.resources(
                new FolderArtifacts(federation.artifacts(node)),
                new FolderState(federation.state(node)),
                secrets.apply(node));
    }

    /** Each client a process of its own. */
    static LoopbackFederation ofProcesses(Federation federation, ClientProcesses processes) {
        HostRuntime runtime = new HostRuntime(1);
        Ending ending = new Ending(federation.files().keySet());
        return new LoopbackFederation(
                federation,
                ending,
                runtime,
                _ -> runtime.secrets(),
                (node, port) -> processes.start(federation, node, HOST + ":" + port, ending));
    }

    /**
     * Runs to the end, every node in this process.
     *
     * @param port where the coordinator listens, 0 for any that is free
     * @throws PortInUseException if another server listens there
     */
    public static void run(Federation federation, int port) {
        try (LoopbackFederation nodes = inProcess(federation)) {
            nodes.start(port);
            nodes.await();
        }
    }

    /** The same, each client a process of its own. */
    public static void runProcesses(Federation federation, int port, ClientProcesses processes) {
        try (LoopbackFederation nodes = ofProcesses(federation, processes)) {
            nodes.start(port);
            nodes.await();
        }
    }

    /** Starts every node; the coordinator listens at {@code port}, 0 for any that is free. */
    void start(int port) {
        federation.createFolders();
        serve(port);
        federation.files().keySet().forEach(this::startClient);
    }

    private void serve(int port) {
        FileJournal journal = new FileJournal(federation.journal());
        try {
            NodeServer server =
                    NodeServer.start(
                            resources(runtime, federation, NodeId.COORDINATOR, secrets),
                            NodeId.COORDINATOR,
                            new Coordinator(
                                    federation.run(),
                                    federation.files().size(),
                                    journal,
                                    ending.watching(federation.coordinatorWatcher())),
                            cause -> ending.failed(NodeId.COORDINATOR, cause),
                            HOST,
                            port);
            serving = Optional.of(new Serving(journal, server));
        } catch (RuntimeException e) {
            journal.close();
            throw e;
        }
    }

    private void startClient(NodeId node) {
        clients.put(node, starter.start(node, port()));
    }

    private int port() {
        return serving.orElseThrow().server().port();
    }

    /** Stops {@code node} in the midst of what it does, and starts it again. */
    void restart(NodeId node) {
        if (node.equals(NodeId.COORDINATOR)) {
            int port = port();
            serving.orElseThrow().close();
            serve(port);
        } else {
            close(clients.get(node));
            startClient(node);
        }
    }

    /** Waits for the end of the run, and until the clients know of it. */
    void await() {
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

    @Override
    public void close() {
        try (HostRuntime _ = runtime) {
            try {
                clients.values().forEach(LoopbackFederation::close);
            } finally {
                serving.ifPresent(Serving::close);
            }
        }
    }
}
