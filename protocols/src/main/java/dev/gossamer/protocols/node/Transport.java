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

    /** All frames that this node has sent and received so far. */
    Traffic traffic();

    /**
     * Frames, one for each message, and their bytes, headers of the frame included.
     *
     * @param sentBytes of frames that a connection took
     * @param receivedBytes of frames that arrived, whatever was in them
     */
    record Traffic(long sentBytes, long receivedBytes, long sentMessages, long receivedMessages) {
        /** Before the first frame. */
        public static final Traffic NONE = new Traffic(0, 0, 0, 0);

        /** With one more frame that was sent. */
        public Traffic plusSent(long bytes) {
            return new Traffic(
                    sentBytes + bytes, receivedBytes, sentMessages + 1, receivedMessages);
        }

        /** With one more frame that arrived. */
        public Traffic plusReceived(long bytes) {
            return new Traffic(
                    sentBytes, receivedBytes + bytes, sentMessages, receivedMessages + 1);
        }
    }
}
