package dev.gossamer.coordinator.round;

import dev.gossamer.protocols.node.NodeId;
import dev.gossamer.protocols.wire.Message.Score;

import java.util.Optional;
import java.util.SortedMap;

/**
 * What one round came to.
 *
 * @param reports how many were in the mean
 * @param heldOut each node's score on its own rows; empty where the round was not evaluated
 * @param bytesUp frame bytes received since the coordinator started
 * @param bytesDown frame bytes sent since the coordinator started
 * @param nanos since the coordinator started
 */
public record RoundSummary(
        int round,
        int reports,
        Optional<Score> publicTest,
        SortedMap<NodeId, Score> heldOut,
        long bytesUp,
        long bytesDown,
        long nanos) {
    /** The accuracy over all held-out rows of all nodes; NaN without rows. */
    public double meanAccuracy() {
        long correct = heldOut.values().stream().mapToLong(Score::correct).sum();
        long rows = heldOut.values().stream().mapToLong(Score::rows).sum();
        return (double) correct / rows;
    }

    /** The node with the lowest accuracy, among those that hold rows out. */
    public Optional<NodeId> worst() {
        return heldOut.keySet().stream()
                .filter(node -> heldOut.get(node).rows() > 0)
                .min((a, b) -> Double.compare(accuracy(a), accuracy(b)));
    }

    private double accuracy(NodeId node) {
        return heldOut.get(node).accuracy();
    }
}
