package dev.gossamer.coordinator.round;

import dev.gossamer.protocols.artifact.ArtifactTransfer;
import dev.gossamer.protocols.artifact.ArtifactTransfer.Fetched;
import dev.gossamer.protocols.node.NodeId;
import dev.gossamer.protocols.wire.Message.Update;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The updates that are too large for a report, fetched from their senders one after the other, so
 * that only one is in memory however many come at once.
 */
final class HeldUpdates {
    private final ArtifactTransfer transfer;
    private final Deque<Wanted> waiting = new ArrayDeque<>();
    private Optional<Wanted> current = Optional.empty();

    /** An update that is to be fetched. */
    private record Wanted(NodeId source, Update.Held update, Consumer<Fetched> done) {}

    HeldUpdates(ArtifactTransfer transfer) {
        this.transfer = transfer;
    }

    /** Fetches {@code update} from {@code source} when it is its turn. */
    void fetch(NodeId source, Update.Held update, Consumer<Fetched> done) {
        waiting.add(new Wanted(source, update, done));
        next();
    }

    /**
     * A node is gone: nobody waits behind it. Its node asks anew when it is back, and what has come
     * of its update is there still.
     */
    void disconnected(NodeId source) {
        waiting.removeIf(wanted -> wanted.source().equals(source));
        if (current.filter(wanted -> wanted.source().equals(source)).isPresent()) {
            current = Optional.empty();
            next();
        }
    }

    private void next() {
        if (current.isPresent() || waiting.isEmpty()) {
            return;
        }
        Wanted wanted = waiting.remove();
        current = Optional.of(wanted);
        transfer.fetch(
                wanted.source(),
                wanted.update().digest(),
                wanted.update().length(),
                fetched -> {
                    if (current.equals(Optional.of(wanted))) {
                        current = Optional.empty();
                    }
                    wanted.done().accept(fetched);
                    next();
                });
    }
}
