package dev.gossamer.protocols.node;

import dev.gossamer.protocols.wire.Envelope;
import dev.gossamer.protocols.wire.Message;

/** Puts one node's messages into numbered envelopes of one run, and sends them. */
public final class Outbox {
    private final NodeContext context;
    private final String run;
    private long sequence;

    /** An outbox whose first envelope has number 1. */
    public Outbox(NodeContext context, String run) {
        this.context = context;
        this.run = run;
    }

    /** Sends {@code body} to {@code peer}. */
    public void send(NodeId peer, int round, Message body) {
        sequence++;
        context.transport().send(peer, new Envelope(run, round, context.self(), sequence, body));
    }
}
