package dev.gossamer.protocols.node;

import dev.gossamer.protocols.wire.Envelope;

/**
 * A single-threaded state machine that receives messages and timers and acts only through its
 * {@link NodeContext}.
 *
 * <p>Its host calls all methods, and all callbacks of the context, on one thread at a time. The
 * same object runs under Vert.x and in virtual time.
 */
public interface Node {
    /** Called once, before anything else. */
    void start(NodeContext context);

    /** A connection with {@code peer} stands; messages can be sent to it. */
    void connected(NodeId peer);

    /** The connection with {@code peer} is gone; what was not yet delivered is lost. */
    void disconnected(NodeId peer);

    /** One well-formed envelope from {@code peer}, whose id equals the envelope's sender. */
    void receive(NodeId peer, Envelope envelope);
}
