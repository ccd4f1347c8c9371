package dev.gossamer.simulations.engine;

/**
 * How fast a node trains.
 *
 * @param tokensPerSecond above 0
 */
public record DeviceProfile(double tokensPerSecond) {
    /** A device of finite speed. */
    public DeviceProfile {
        if (!(tokensPerSecond > 0)) {
            throw new IllegalArgumentException("bad device: tokensPerSecond=" + tokensPerSecond);
        }
    }

    long workNanos(long tokens) {
        return Math.round(tokens / tokensPerSecond * 1e9);
    }
}
