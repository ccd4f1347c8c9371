package dev.gossamer.privacy.mechanism;

/** What becomes of a sum that is longer than the 64 bits of a value. */
public enum Overflow {
    /** Values are integers: a sum outside of them is refused. */
    REFUSED,
    /** Values are elements of the ring of 2^64, whose sums wrap around. */
    WRAPPED
}
