package dev.gossamer.privacy.identity;

/** A source of randomness that fails, or whose bytes are visibly not random. */
public final class RandomSourceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RandomSourceException(String message) {
        super(message);
    }

    RandomSourceException(String message, Throwable cause) {
        super(message, cause);
    }
}
