package dev.gossamer.protocols.wire;

/** Why a message from a peer was refused; stable names that operators count by. */
public enum RejectReason {
    /** The bytes are no well-formed envelope. */
    MALFORMED,
    /** Larger than the limit for its kind. */
    TOO_LARGE,
    /** The sender is not part of this round. */
    NOT_IN_COHORT,
    /** Another run, or a round that is not open. */
    WRONG_ROUND,
    /** A second, different report for one round. */
    DUPLICATE,
    /** Another basis. */
    WRONG_BASIS,
    /** Another adapter version. */
    WRONG_VERSION,
    /** Another layout, or values that do not fit it. */
    WRONG_LAYOUT,
    /** NaN or infinity. */
    NOT_FINITE,
    /** A value beyond what the ring can hold. */
    OUT_OF_RANGE,
    /** A weight of zero, below zero, or above the bound. */
    BAD_WEIGHT,
    /** Bytes that do not have the digest they were asked by. */
    WRONG_DIGEST,
    /** Nothing of the kind was asked for. */
    UNEXPECTED
}
