package dev.gossamer.simulations.federation;

import dev.gossamer.client.node.ClientEvent;
import dev.gossamer.coordinator.round.RunEvent;
import dev.gossamer.protocols.node.NodeId;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Watches a federation for its end: the run is over, or a node can never take part.
 *
 * <p>Safe for any thread; guarded by itself.
 */
final class Ending {
    private final CompletableFuture<RunEvent.Ended> ended = new CompletableFuture<>();
    private final CompletableFuture<Void> allTold = new CompletableFuture<>();
    private final Set<NodeId> untold;
    private final Set<NodeId> ready = new HashSet<>();

    /** Of a federation with {@code clients} in this process. */
    Ending(Set<NodeId> clients) {
        untold = new HashSet<>(clients);
    }

    /** Tells {@code next}, and takes note. */
    Consumer<RunEvent> watching(Consumer<RunEvent> next) {
        return event -> {
            next.accept(event);
            if (event instanceof RunEvent.Ended end) {
                ended.complete(end);
            }
        };
    }

    /** Tells {@code next}, and takes note. */
    BiConsumer<NodeId, ClientEvent> watchingClients(BiConsumer<NodeId, ClientEvent> next) {
        return (node, event) -> {
            next.accept(node, event);
            note(node, event);
        };
    }

    private synchronized void note(NodeId node, ClientEvent event) {
        if (event instanceof ClientEvent.Ready) {
            ready.add(node);
        } else if (event instanceof ClientEvent.Failed failed && !ready.contains(node)) {
            failed(node, failed.cause());
        } else if (event instanceof ClientEvent.Ended) {
            untold.remove(node);
            if (untold.isEmpty()) {
                allTold.complete(null);
            }
        }
    }

    /** A node cannot go on. */
    void failed(NodeId node, Throwable cause) {
        ended.completeExceptionally(new FederationException(node, cause));
    }

    /** The end of the run, once it has come. */
    CompletableFuture<RunEvent.Ended> ended() {
        return ended;
    }

    /** Complete when every client of this process knows of the end. */
    CompletableFuture<Void> allTold() {
        return allTold;
    }

    /** The end, or the failure, if either has come. */
    Optional<RunEvent.Ended> now() {
        return Optional.ofNullable(ended.getNow(null));
    }
}
