package dev.gossamer.simulations.engine;

import java.time.Duration;

/**
 * A link in one direction.
 *
 * @param latency from the last byte sent to its arrival
 * @param bytesPerSecond above 0
 */
public record LinkProfile(Duration latency, double bytesPerSecond) {
    /** A link of finite speed. */
    public LinkProfile {
        if (latency.isNegative() || !(bytesPerSecond > 0)) {
            throw new IllegalArgumentException(
                    "bad link: latency=" + latency + ", bytesPerSecond=" + bytesPerSecond);
        }
    }

    long transmissionNanos(int bytes) {
        return Math.round(bytes / bytesPerSecond * 1e9);
    }
}
