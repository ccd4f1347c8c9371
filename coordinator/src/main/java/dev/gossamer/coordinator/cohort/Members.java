package dev.gossamer.coordinator.cohort;

import dev.gossamer.protocols.node.NodeId;
import dev.gossamer.protocols.wire.Message.Hello;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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

    /** A node is gone, or was last heard of before a restart. */
    public void left(NodeId node, long nowNanos) {
        present.remove(node);
        awaySinceNanos.put(node, nowNanos);
    }

    /** Who is here, in order of ids. */
    public Set<NodeId> present() {
        return Set.copyOf(present.keySet());
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

    /** The first of those that hold the public sample. */
    public Optional<NodeId> designated() {
        return present.entrySet().stream()
                .filter(entry -> entry.getValue().designated())
                .map(Map.Entry::getKey)
                .findFirst();
    }
}
