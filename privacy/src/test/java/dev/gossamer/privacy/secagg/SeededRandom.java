package dev.gossamer.privacy.secagg;

import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;

/** A secure source that a seed makes repeatable: for tests alone. */
final class SeededRandom {
    private SeededRandom() {}

    static SecureRandom of(long seed) {
        try {
            SecureRandom random = SecureRandom.getInstance("SHA1PRNG");
            random.setSeed(seed);
            return random;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
