package dev.gossamer.privacy.mechanism;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/**
 * Seeds from a {@link SecureRandom} that passed a test at start-up and is watched ever after.
 *
 * <p>The test looks at {@value #TESTED_SEEDS} seeds and stops on a source that throws, that repeats
 * with a period of up to half of them (a constant one has period 1), that gives a seed twice, or
 * whose ones are more than eight standard deviations from half of the bits, which a bit stuck in
 * each byte is. A sound source fails with probability below 2e-15, nearly all of it the last
 * clause's. Later, a seed equal to the one before it stops as well. None of this can show that a
 * source is random: a counter passes. It catches sources that are broken, not sources that lie.
 */
final class SecureSeeds {
    static final int SEED_BYTES = ChaCha20Keystream.KEY_BYTES;
    static final int TESTED_SEEDS = 64;

    private static final int DEVIATIONS = 8;

    private final SecureRandom random;
    private byte[] previous;

    /** Seeds from {@code random}, after its test. */
    SecureSeeds(SecureRandom random) {
        this.random = random;
        byte[] sample = new byte[TESTED_SEEDS * SEED_BYTES];
        Set<String> seen = new HashSet<>();
        previous = new byte[0];
        for (int i = 0; i < TESTED_SEEDS; i++) {
            byte[] seed = draw();
            System.arraycopy(seed, 0, sample, i * SEED_BYTES, SEED_BYTES);
            seen.add(Arrays.toString(seed));
            previous = seed;
        }
        requireAperiodic(sample);
        if (seen.size() < TESTED_SEEDS) {
            throw new RandomnessException(
                    "random source repeats a seed: distinct="
                            + seen.size()
                            + ", of="
                            + TESTED_SEEDS);
        }
        requireBalanced(sample);
    }

    /** A fresh seed; threads may share the source. */
    synchronized byte[] next() {
        byte[] seed = draw();
        if (Arrays.equals(seed, previous)) {
            throw new RandomnessException("random source gave one seed twice in a row");
        }
        previous = seed.clone();
        return seed;
    }

    private byte[] draw() {
        byte[] seed = new byte[SEED_BYTES];
        try {
            random.nextBytes(seed);
        } catch (RuntimeException e) {
            throw new RandomnessException(
                    "random source failed: algorithm=" + random.getAlgorithm(), e);
        }
        return seed;
    }

    private static void requireAperiodic(byte[] sample) {
        for (int period = 1; period <= sample.length / 2; period++) {
            int same = sample.length - period;
            if (Arrays.equals(sample, 0, same, sample, period, sample.length)) {
                throw new RandomnessException("random source repeats: periodBytes=" + period);
            }
        }
    }

    private static void requireBalanced(byte[] sample) {
        int bits = sample.length * Byte.SIZE;
        int ones = 0;
        for (byte each : sample) {
            ones += Integer.bitCount(each & 0xff);
        }
        int bound = (int) (DEVIATIONS * Math.sqrt(bits) / 2);
        if (Math.abs(ones - bits / 2) > bound) {
            throw new RandomnessException(
                    "random source is biased: ones="
                            + ones
                            + ", bits="
                            + bits
                            + ", bound="
                            + (bits / 2 - bound)
                            + ".."
                            + (bits / 2 + bound));
        }
    }
}
