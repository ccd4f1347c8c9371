package dev.gossamer.protocols.node;

import dev.gossamer.protocols.wire.Envelope;

/** Connections of one node to others. */
public interface Transport {
    /**
     * Sends {@code envelope} to {@code peer}, in order with earlier ones.
     *
     * <p>Where no connection stands the envelope is dropped: a node learns of that by {@link
     * Node#disconnected} and by deadlines, as it must for messages lost on the way.
     */
    void send(NodeId peer, Envelope envelope);

    /** Ends the connection with {@code peer}, if one stands. */
    void close(NodeId peer);

    /** Bytes of all frames that this node has sent and received so far. */
    Traffic traffic();

    /** Frame bytes, headers of the frame included. */
    record Traffic(long sentBytes, long receivedBytes) {}
}
