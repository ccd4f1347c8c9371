package dev.gossamer.privacy.mechanism;

import java.security.SecureRandom;
import java.util.function.IntFunction;

/** A source whose n-th answer is made by a test. */
final class BrokenRandom extends SecureRandom {
    private static final long serialVersionUID = 1L;

    private final transient IntFunction<byte[]> answers;
    private int drawn;

    /** A source that gives {@code answers} of 0, 1, 2 and so on, each of 32 bytes. */
    BrokenRandom(IntFunction<byte[]> answers) {
        this.answers = answers;
    }

    @Override
    public void nextBytes(byte[] bytes) {
        System.arraycopy(answers.apply(drawn++), 0, bytes, 0, bytes.length);
    }

    int drawn() {
        return drawn;
    }
}
