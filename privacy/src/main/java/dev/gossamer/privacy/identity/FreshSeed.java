package dev.gossamer.privacy.identity;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * Draws 32 secret bytes from a source that is tested with each draw.
 *
 * <p>The test finds a source that is broken (constant, stuck, counting, repeating a block), not one
 * that is merely predictable: no look at bytes can find that. Four blocks of 32 bytes are drawn.
 * All must differ, and in each the bytes, and the steps between neighbouring bytes, must take at
 * least 8 values. At most 7 values in 31 independent bytes happen with a probability of at most
 * C(256, 7) (7/256)^31, below 2^-115, so that a sound source fails less than once in 2^100 draws.
 */
public final class FreshSeed {
    /** The length of a seed. */
    public static final int BYTES = 32;

    private static final int BLOCKS = 4;
    private static final int LEAST_VALUES = 8;

    private FreshSeed() {}

    /**
     * A new seed, the SHA-256 of all that was drawn.
     *
     * @throws RandomSourceException if the source throws or fails the test; nothing can be drawn
     *     from it safely
     */
    public static byte[] draw(SecureRandom random) {
        byte[][] blocks = new byte[BLOCKS][BYTES];
        MessageDigest sha = sha256();
        for (int i = 0; i < BLOCKS; i++) {
            fill(random, blocks[i]);
            requireVaried(blocks[i]);
            for (int j = 0; j < i; j++) {
                if (Arrays.equals(blocks[i], blocks[j])) {
                    throw new RandomSourceException(
                            "random source repeats itself: blocks=" + j + " and " + i);
                }
            }
            sha.update(blocks[i]);
        }
        return sha.digest();
    }

    private static void fill(SecureRandom random, byte[] block) {
        try {
            random.nextBytes(block);
        } catch (RuntimeException e) {
            throw new RandomSourceException("random source failed: cause=" + e.getMessage(), e);
        }
    }

    private static void requireVaried(byte[] block) {
        byte[] steps = new byte[block.length - 1];
        for (int i = 0; i < steps.length; i++) {
            steps[i] = (byte) (block[i + 1] - block[i]);
        }
        requireVaried("bytes", block);
        requireVaried("steps", steps);
    }

    private static void requireVaried(String what, byte[] bytes) {
        boolean[] seen = new boolean[256];
        int values = 0;
        for (byte b : bytes) {
            if (!seen[b & 0xff]) {
                seen[b & 0xff] = true;
                values++;
            }
        }
        if (values < LEAST_VALUES) {
            throw new RandomSourceException(
                    "random source is stuck: distinct "
                            + what
                            + "="
                            + values
                            + ", least="
                            + LEAST_VALUES);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }
}
