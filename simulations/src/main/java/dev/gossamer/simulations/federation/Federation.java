package dev.gossamer.simulations.federation;

import dev.gossamer.client.node.ClientEvent;
import dev.gossamer.client.node.FederatedClient;
import dev.gossamer.client.node.LocalWork;
import dev.gossamer.client.node.ModelWork;
import dev.gossamer.client.node.OwnerFiles;
import dev.gossamer.client.node.SharedModels;
import dev.gossamer.client.node.WorkProgress;
import dev.gossamer.coordinator.round.RunEvent;
import dev.gossamer.protocols.node.NodeId;
import dev.gossamer.protocols.run.RunFile;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/**
 * One run with all its nodes: what every host needs to start them.
 *
 * @param files what each client holds
 * @param folder where the coordinator keeps journal and artifacts, and each client its artifacts
 *     and its state
 * @param workplace opens a client's rows for the run
 * @param coordinatorWatcher told of the run's events
 * @param clientWatcher told of each client's events
 */
public record Federation(
        RunFile run,
        SortedMap<NodeId, OwnerFiles> files,
        Path folder,
        BiFunction<RunFile, NodeId, LocalWork> workplace,
        Consumer<RunEvent> coordinatorWatcher,
        BiConsumer<NodeId, ClientEvent> clientWatcher) {
    /**
     * A federation whose clients train the run's model, each on its own files.
     *
     * @param progress told how far the nodes' work is
     */
    public static Federation onOwnFiles(
            RunFile run,
            SortedMap<NodeId, OwnerFiles> files,
            Path folder,
            SharedModels models,
            WorkProgress progress,
            Consumer<RunEvent> coordinatorWatcher,
            BiConsumer<NodeId, ClientEvent> clientWatcher) {
        return new Federation(
                run,
                files,
                folder,
                (file, self) -> new ModelWork(file, self, files.get(self), models, progress),
                coordinatorWatcher,
                clientWatcher);
    }

    /** The coordinator's journal. */
    Path journal() {
        return folder.resolve("coordinator").resolve("journal");
    }

    /** A node's artifacts. */
    public Path artifacts(NodeId node) {
        return folder.resolve(node.value()).resolve("artifacts");
    }

    /** What a node remembers. */
    public Path state(NodeId node) {
        return folder.resolve(node.value()).resolve("state");
    }

    /** The same with another watcher of the clients. */
    Federation watchedBy(BiConsumer<NodeId, ClientEvent> watcher) {
        return new Federation(run, files, folder, workplace, coordinatorWatcher, watcher);
    }

    void createFolders() {
        try {
            Files.createDirectories(folder.resolve(NodeId.COORDINATOR.value()));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot create a folder: folder=" + folder, e);
        }
    }

    /** A client on its own files. */
    FederatedClient client(NodeId node) {
        return new FederatedClient(workplace, event -> clientWatcher.accept(node, event));
    }
}
