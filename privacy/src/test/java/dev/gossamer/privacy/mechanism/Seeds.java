package dev.gossamer.privacy.mechanism;

import java.nio.ByteBuffer;

/** Keystreams of tests, by number. */
final class Seeds {
    private Seeds() {}

    /** The coins of a number. */
    static NoiseCoins coins(int number) {
        return SimulationCoins.foreseeable(seed(number));
    }

    static byte[] seed(int number) {
        return ByteBuffer.allocate(32).putInt(number).array();
    }
}
