package dev.gossamer.privacy.mechanism;

import java.util.function.UnaryOperator;

/**
 * Coins that can be drawn again, for simulations and tests only: who knows the seed can take the
 * noise off.
 */
public final class SimulationCoins {
    private SimulationCoins() {}

    /**
     * The keystream that begins with {@code seed}, the same on each machine.
     *
     * @param seed 32 bytes, copied
     */
    public static NoiseCoins foreseeable(byte[] seed) {
        if (seed.length != ChaCha20Keystream.KEY_BYTES) {
            throw new IllegalArgumentException(
                    "seed has the wrong length: bytes="
                            + seed.length
                            + ", bound="
                            + ChaCha20Keystream.KEY_BYTES);
        }
        return new NoiseCoins(seed.clone(), UnaryOperator.identity(), NoiseCoins.BUFFERS_A_SEED);
    }
}
