package dev.gossamer.protocols.host;

import dev.gossamer.protocols.node.NodeId;
import dev.gossamer.protocols.random.CounterRandom;

import java.time.Duration;

/**
 * Growing pauses between attempts to connect.
 *
 * <p>Each is about twice the one before. The jitter, keyed by the node's id, keeps the clients of a
 * restarted server from coming back in step.
 */
final class Backoff {
    /** A pause is off by at most this share of it. */
    static final double JITTER = 0.25;

    private final CounterRandom coins;
    private Duration ceiling = HostLimits.FIRST_RETRY;

    Backoff(NodeId id) {
        coins = CounterRandom.of(0, "reconnect", 0, id.value());
    }

    /** How long to wait before the next attempt. */
    Duration next() {
        double factor = 1 - JITTER + 2 * JITTER * coins.nextDouble();
        Duration pause = Duration.ofNanos(Math.round(ceiling.toNanos() * factor));
        ceiling = lesser(ceiling.multipliedBy(2), HostLimits.MAX_RETRY);
        return lesser(pause, HostLimits.MAX_RETRY);
    }

    private static Duration lesser(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    /** The next pause is a first one again. */
    void reset() {
        ceiling = HostLimits.FIRST_RETRY;
    }
}
