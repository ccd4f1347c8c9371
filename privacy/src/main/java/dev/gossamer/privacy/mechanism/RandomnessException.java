package dev.gossamer.privacy.mechanism;

/** Says that a source of randomness failed, or gave what no random source gives. */
public final class RandomnessException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RandomnessException(String message) {
        super(message + "; no noise is drawn: repair the random source and start again");
    }

    RandomnessException(String message, Throwable cause) {
        this(message);
        initCause(cause);
    }
}
