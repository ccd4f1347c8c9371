package dev.gossamer.privacy.secagg;

/** Which coordinates of an update are in a member's vector. */
public enum Support {
    /** All of them. */
    DENSE,
    /** Those that a seed in the task chooses, the same for all members: the vector is compacted. */
    SHARED_RANDOM_K,
    /** Those that are largest at each member: not to be summed under masks. */
    LOCAL_TOP_K;

    /** Why {@link #LOCAL_TOP_K} is refused, for people. */
    public static final String LOCAL_TOP_K_REFUSED =
            "top-k chosen by each client cannot be summed securely: masks cancel only where all"
                + " clients send a word, which coordinates a client sends is itself private and"
                + " would be open, and a coordinate that only one client sends would stand in the"
                + " sum in clear; choose random-k, whose coordinates come from the round's seed, or"
                + " send all of them";

    /**
     * Accepts a support that all members have in common.
     *
     * @throws IllegalArgumentException with the explanation otherwise
     */
    public void requireCommon() {
        if (this == LOCAL_TOP_K) {
            throw new IllegalArgumentException(LOCAL_TOP_K_REFUSED);
        }
    }
}
