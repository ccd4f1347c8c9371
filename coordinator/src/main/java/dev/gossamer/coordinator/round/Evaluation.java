package dev.gossamer.coordinator.round;

import dev.gossamer.protocols.node.NodeId;
import dev.gossamer.protocols.wire.Message.EvaluateReport;
import dev.gossamer.protocols.wire.Message.Score;

import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;

/** The scores of one round's adapter, as they come in. */
final class Evaluation {
    private final int round;
    private final TreeMap<NodeId, Score> heldOut = new TreeMap<>();
    private final TreeMap<NodeId, Score> publicTest = new TreeMap<>();
    private final TreeMap<NodeId, Double> captured = new TreeMap<>();

    Evaluation(int round) {
        this.round = round;
    }

    int round() {
        return round;
    }

    boolean has(NodeId node) {
        return heldOut.containsKey(node);
    }

    void add(NodeId node, EvaluateReport report) {
        heldOut.put(node, report.heldOut());
        report.publicTest().ifPresent(score -> publicTest.put(node, score));
        report.captured().ifPresent(share -> captured.put(node, share));
    }

    SortedMap<NodeId, Score> heldOut() {
        return new TreeMap<>(heldOut);
    }

    /** The score of the first node, by id, that holds the test: not of the quickest. */
    Optional<Score> publicTest() {
        return publicTest.values().stream().findFirst();
    }

    /** What the first node, by id, says that the basis captures. */
    OptionalDouble captured() {
        return captured.values().stream().mapToDouble(Double::doubleValue).findFirst();
    }
}
