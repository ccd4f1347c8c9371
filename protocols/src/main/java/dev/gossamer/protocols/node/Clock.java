package dev.gossamer.protocols.node;

import java.time.Instant;

/** The time as a node sees it. */
public interface Clock {
    /** Nanoseconds since an arbitrary origin; never goes back. */
    long nanos();

    /** The time of day, for people and records only. */
    Instant now();
}
