package dev.gossamer.coordinator.round;

import dev.gossamer.coordinator.journal.Entry;
import dev.gossamer.protocols.node.NodeId;
import dev.gossamer.protocols.wire.Envelope;
import dev.gossamer.protocols.wire.Message;
import dev.gossamer.protocols.wire.RejectReason;

/** What the stages of a run do through their coordinator. */
interface Desk {
    /** Makes {@code entry} durable, and takes it into account. */
    void record(Entry entry);

    /** Sends {@code body} in the current round. */
    void send(NodeId peer, Message body);

    /** Says that {@code envelope} was accepted. */
    void acknowledge(NodeId peer, Envelope envelope);

    /** Says that it was not, and why. */
    void refuse(NodeId peer, Envelope envelope, RejectReason reason, String detail);

    /** Tells whoever watches. */
    void tell(RunEvent event);

    /** Whether {@code node} is here, or went so lately that it is waited for. */
    boolean mayReport(NodeId node);

    /** Whether all are here who may come, or as many as make a population. */
    boolean enoughAreHere();

    /** Asks the cohort of {@code round}, and watches its deadline. */
    void opened(Round round);

    /** Does whatever is due. */
    void advance();

    /** Ends the run, unless it has ended. */
    void end(String outcome);
}
