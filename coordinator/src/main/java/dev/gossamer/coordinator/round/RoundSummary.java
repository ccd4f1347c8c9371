package dev.gossamer.coordinator.round;

import dev.gossamer.protocols.method.AggregationError;
import dev.gossamer.protocols.node.NodeId;
import dev.gossamer.protocols.wire.Message.Score;

import java.util.Comparator;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.ToDoubleFunction;

/**
 * What one round came to.
 *
 * @param reports how many were in the mean
 * @param heldOut each node's score on its own rows; empty where the round was not evaluated
 * @param aggregationError what the mean of an inexact method got wrong, over all targets; empty
 *     where the method is exact or it is not measured
 * @param bytesUp frame bytes received since the coordinator started
 * @param bytesDown frame bytes sent since the coordinator started
 * @param nanos since the coordinator started
 */
public record RoundSummary(
        int round,
        int reports,
        Optional<Score> publicTest,
        SortedMap<NodeId, Score> heldOut,
        Optional<AggregationError.OfTarget> aggregationError,
        long bytesUp,
        long bytesDown,
        long nanos) {
    /** The accuracy over all held-out rows of all nodes; NaN without rows. */
    public double meanAccuracy() {
        long correct = heldOut.values().stream().mapToLong(Score::correct).sum();
        return (double) correct / scored();
    }

    /** A language model's perplexity over all held-out rows of all nodes; NaN without rows. */
    public double perplexity() {
        double lossSum = heldOut.values().stream().mapToDouble(Score::lossSum).sum();
        return StrictMath.exp(lossSum / scored());
    }

    private long scored() {
        return heldOut.values().stream().mapToLong(Score::rows).sum();
    }

    /**
     * The node with the lowest quality, among those that hold rows out.
     *
     * @param quality of a score, higher where it is better
     */
    public Optional<NodeId> worst(ToDoubleFunction<Score> quality) {
        return heldOut.keySet().stream()
                .filter(node -> heldOut.get(node).rows() > 0)
                .min(Comparator.comparingDouble(n -> quality.applyAsDouble(heldOut.get(n))));
    }
}
