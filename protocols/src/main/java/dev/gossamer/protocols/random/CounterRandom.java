package dev.gossamer.protocols.random;

import java.nio.charset.StandardCharsets;

/**
 * A counter-based generator of reproducible coins, keyed by (seed, concern, round, node).
 *
 * <p>Two generators of the same key give the same coins wherever they run; generators of different
 * keys are independent for all practical purposes. SplitMix64 over a hashed key: fast and portable,
 * and not secret, so never a source of noise or keys.
 */
public final class CounterRandom {
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private long counter;

    private CounterRandom(long key) {
        counter = key;
    }

    /** The coins of one concern in one round at one node. */
    public static CounterRandom of(long seed, String concern, int round, String node) {
        long key = mix(seed ^ GOLDEN);
        key = absorb(key, concern);
        key = mix(key ^ round * GOLDEN);
        return new CounterRandom(absorb(key, node));
    }

    private static long absorb(long key, String text) {
        for (byte next : text.getBytes(StandardCharsets.UTF_8)) {
            key = mix(key + GOLDEN ^ next);
        }
        return mix(key + text.length());
    }

    private static long mix(long z) {
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    /** Sixty-four random bits. */
    public long nextLong() {
        counter += GOLDEN;
        return mix(counter);
    }

    /** Uniform in [0, 1), 53 bits. */
    public double nextDouble() {
        return (nextLong() >>> 11) * 0x1.0p-53;
    }

    /**
     * Uniform in [0, {@code bound}), without bias.
     *
     * @param bound at least 1
     */
    public int nextInt(int bound) {
        if (bound < 1) {
            throw new IllegalArgumentException("bound must be positive: bound=" + bound);
        }
        long limit = Long.MAX_VALUE - Long.MAX_VALUE % bound;
        long draw = nextLong() >>> 1;
        while (draw >= limit) {
            draw = nextLong() >>> 1;
        }
        return (int) (draw % bound);
    }

    /** Standard normal, by Box and Muller, on strict mathematics so that all platforms agree. */
    public double nextGaussian() {
        double u = 1 - nextDouble();
        double v = nextDouble();
        return StrictMath.sqrt(-2 * StrictMath.log(u)) * StrictMath.cos(2 * Math.PI * v);
    }

    /** A random order of 0 to {@code n - 1}. */
    public int[] permutation(int n) {
        int[] order = new int[n];
        for (int i = 0; i < n; i++) {
            int j = nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }
}
