package dev.gossamer.coordinator.round;

import dev.gossamer.protocols.adapter.AdapterState;
import dev.gossamer.protocols.adapter.Digest;
import dev.gossamer.protocols.node.NodeId;
import dev.gossamer.protocols.wire.Message.Hello;
import dev.gossamer.protocols.wire.ModelVersion;
import dev.gossamer.protocols.wire.RejectReason;

import java.util.List;
import java.util.Optional;

/** What whoever watches a run is told, as it happens. */
public sealed interface RunEvent {
    /** A node is ready. */
    record Joined(NodeId node, Hello hello) implements RunEvent {}

    /** A node's connection is gone. */
    record Left(NodeId node) implements RunEvent {}

    /** The designated node was asked for the basis. */
    record BasisAsked(NodeId node) implements RunEvent {}

    /** Basis and first adapter are here, under these names. */
    record BasisMade(Digest basis, Digest adapter, long bytes) implements RunEvent {}

    /** The basis captures this share of the public sample's gradient after {@code round}. */
    record Captured(int round, double share) implements RunEvent {}

    /** What R had learnt by {@code round} is in the base, and another basis is being made. */
    record Merged(int round) implements RunEvent {}

    /** A pass of the range finder, 1 or 2, was opened. */
    record SketchOpened(int pass, int attempt, List<NodeId> cohort) implements RunEvent {}

    /** A sketch, or the projection of the second pass, was accepted. */
    record Sketched(int pass, NodeId node) implements RunEvent {}

    /** A round was opened. */
    record RoundOpened(int round, int attempt, List<NodeId> cohort) implements RunEvent {}

    /** A report was accepted. */
    record Reported(int round, NodeId node, double loss, long tokens) implements RunEvent {}

    /** A message was refused. */
    record Refused(NodeId node, RejectReason reason, String detail) implements RunEvent {}

    /** A node could not carry out its task. */
    record Failed(NodeId node, String detail) implements RunEvent {}

    /** Too few reported by the deadline. */
    record RoundAbandoned(int round, int attempt, int reports) implements RunEvent {}

    /** A round is closed and, where it was due, evaluated. */
    record RoundFinished(RoundSummary summary) implements RunEvent {}

    /**
     * The run is over.
     *
     * @param version that it came to, empty where it failed
     * @param adapter the same, its values
     * @param basisBytes of the bases that went through this coordinator, in and out
     */
    record Ended(
            String outcome,
            Optional<ModelVersion> version,
            Optional<AdapterState> adapter,
            long basisBytes)
            implements RunEvent {}
}
