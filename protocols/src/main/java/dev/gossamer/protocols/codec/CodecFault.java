package dev.gossamer.protocols.codec;

import dev.gossamer.protocols.wire.RejectReason;

/** Why bytes are no update of a run; stable names that operators count by. */
public enum CodecFault {
    /** Shorter than the header, or than the header claims. */
    TRUNCATED(RejectReason.MALFORMED),
    /** Bytes after the end of the message or of a section. */
    TRAILING(RejectReason.MALFORMED),
    /** A version, word or reserved byte that does not exist. */
    BAD_HEADER(RejectReason.MALFORMED),
    /** Another number of values than the layout has. */
    WRONG_SIZE(RejectReason.WRONG_LAYOUT),
    /** Written in another way than the run declares. */
    WRONG_CODING(RejectReason.UNEXPECTED),
    /** No values, or more than the run's density allows. */
    BAD_COUNT(RejectReason.TOO_LARGE),
    /** A section whose length does not fit what it holds. */
    BAD_LENGTH(RejectReason.MALFORMED),
    /** An index twice, out of order, out of range, or not in its one form. */
    BAD_INDEX(RejectReason.MALFORMED),
    /** A block's scale below zero or not finite, or zero with codes that are not. */
    BAD_SCALE(RejectReason.MALFORMED),
    /** A code that no value has. */
    BAD_CODE(RejectReason.MALFORMED),
    /** NaN or infinity. */
    NOT_FINITE(RejectReason.NOT_FINITE),
    /** A packed section that does not unpack to what it claims. */
    BAD_PACKING(RejectReason.MALFORMED);

    private final RejectReason reason;

    CodecFault(RejectReason reason) {
        this.reason = reason;
    }

    /** What the sender is told. */
    public RejectReason reason() {
        return reason;
    }
}
