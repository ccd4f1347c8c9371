package dev.gossamer.coordinator.cohort;

import dev.gossamer.protocols.node.NodeId;
import dev.gossamer.protocols.wire.Message.Hello;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The nodes that are connected and ready, and since when the others are away. */
public final class Members {
    private final TreeMap<NodeId, Hello> present = new TreeMap<>();
    private final Map<NodeId, Long> awaySinceNanos = new HashMap<>();

    /** A node is ready. */
    public void joined(NodeId node, Hello hello) {
        present.put(node, hello);
        awaySinceNanos.remove(node);
    }

    /** A node took part before a restart, and may come back. */
    public void expect(NodeId node, long nowNanos) {
        awaySinceNanos.put(node, nowNanos);
    }

    /** A node is gone; nobody waits for one that was never ready. */
    public void left(NodeId node, long nowNanos) {
        if (present.remove(node) != null || awaySinceNanos.containsKey(node)) {
            awaySinceNanos.put(node, nowNanos);
        }
    }

    /** Who is here, in order of ids. */
    public List<NodeId> present() {
        return List.copyOf(present.keySet());
    }

    /** What {@code node}, which is here, brings. */
    public Hello hello(NodeId node) {
        return present.get(node);
    }

    /** Whether {@code node} is here. */
    public boolean has(NodeId node) {
        return present.containsKey(node);
    }

    /** Whether {@code node} is here, or went less than {@code graceNanos} ago. */
    public boolean mayReport(NodeId node, long nowNanos, long graceNanos) {
        Long since = awaySinceNanos.get(node);
        return has(node) || (since != null && nowNanos - since < graceNanos);
    }

    /** Who is here or went less than {@code graceNanos} ago, in order of ids. */
    public List<NodeId> expected(long nowNanos, long graceNanos) {
        return Stream.concat(present.keySet().stream(), awaySinceNanos.keySet().stream())
                .filter(node -> mayReport(node, nowNanos, graceNanos))
                .sorted()
                .toList();
    }

    /** Whether {@code node} is here and holds the public sample, and the test if there is one. */
    public boolean isDesignated(NodeId node) {
        return has(node) && present.get(node).designated();
    }

    /** The first of those that hold the public sample. */
    public Optional<NodeId> designated() {
        return present.entrySet().stream()
                .filter(entry -> entry.getValue().designated())
                .map(Map.Entry::getKey)
                .findFirst();
    }
}
