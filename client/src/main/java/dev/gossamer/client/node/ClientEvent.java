package dev.gossamer.client.node;

import dev.gossamer.protocols.adapter.Digest;
import dev.gossamer.protocols.wire.RejectReason;

import java.util.Optional;

/** What whoever watches a client is told, as it happens. */
public sealed interface ClientEvent {
    /** A connection with the coordinator stands. */
    record Connected() implements ClientEvent {}

    /** It is gone; the host connects again. */
    record Disconnected() implements ClientEvent {}

    /** The rows are read, and the coordinator knows. */
    record Ready(int trainingRows, int heldOutRows, int truncatedRows) implements ClientEvent {}

    /** What the run promises to each row that is trained on here. */
    record Promised(ExamplePrivacy promise) implements ClientEvent {}

    /** The basis is being made here. */
    record MakingBasis() implements ClientEvent {}

    /**
     * The gradient of the node's own rows is being sketched for a basis.
     *
     * @param pass 1 or 2
     */
    record Sketching(int pass) implements ClientEvent {}

    /** A round's training began. */
    record Training(int round) implements ClientEvent {}

    /** It is done, and reported. */
    record Trained(int round, double meanLoss) implements ClientEvent {}

    /**
     * What updates left out, and would have been sent with later ones, is dropped.
     *
     * @param round that begins without it
     */
    record Forgotten(int round, String cause) implements ClientEvent {}

    /** The coordinator refused a message. */
    record Refused(RejectReason reason, String detail) implements ClientEvent {}

    /** A task could not be carried out. */
    record Failed(Exception cause) implements ClientEvent {}

    /** The run is over. */
    record Ended(String outcome, Optional<Digest> adapter) implements ClientEvent {}
}
