package dev.gossamer.protocols.host;

import java.time.Duration;

/** The bounds of a host, each with its reason. */
final class HostLimits {
    /** A restarted server is back within a second; the first retry should find it soon. */
    static final Duration FIRST_RETRY = Duration.ofMillis(200);

    /** A server that is away for long is asked at most this seldom, so that rounds resume soon. */
    static final Duration MAX_RETRY = Duration.ofSeconds(10);

    /** A connection that stood this long was a good one: the next retry is a first one. */
    static final Duration STEADY = Duration.ofSeconds(10);

    /** A connection is made within this, name look-up and handshake included. */
    static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

    /** A peer has this long to answer a close; then the connection is cut. */
    static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

    /** A peer is asked for a sign of life this often. */
    static final Duration PING_INTERVAL = Duration.ofSeconds(20);

    /** Three pings without an answer: the peer is gone, though its host never said so. */
    static final Duration MAX_SILENCE = Duration.ofSeconds(60);

    /** Sixteen of the largest frames; a peer that lets more wait does not read. */
    static final long MAX_PENDING_BYTES = 64L << 20;

    /** Far above any cohort, and below the usual limit on open files. */
    static final int MAX_CONNECTIONS = 10_000;

    /** A fault is logged on one line. */
    static final int MAX_FAULT_CHARACTERS = 200;

    private HostLimits() {}
}
