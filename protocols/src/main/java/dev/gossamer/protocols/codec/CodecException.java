package dev.gossamer.protocols.codec;

/** Bytes that are no update of a run; the message is for people, the fault for counting. */
public final class CodecException extends Exception {
    private static final long serialVersionUID = 1;

    private final CodecFault fault;

    CodecException(CodecFault fault, String message) {
        // Without a stack trace: whoever sends nonsense must not make it dear to refuse.
        super(message, null, false, false);
        this.fault = fault;
    }

    /** What is wrong with the bytes. */
    public CodecFault fault() {
        return fault;
    }
}
