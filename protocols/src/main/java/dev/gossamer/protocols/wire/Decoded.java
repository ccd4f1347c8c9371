package dev.gossamer.protocols.wire;

/** What a peer's bytes came to: an error of a peer is a value, never an exception. */
public sealed interface Decoded {
    /** The bytes are a well-formed envelope. */
    record Accepted(Envelope envelope) implements Decoded {}

    /** The bytes are refused. */
    record Refused(RejectReason reason, String detail) implements Decoded {}
}
