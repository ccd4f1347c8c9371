package dev.gossamer.client.weights;

/** A built-in model or data set that cannot be had, or is not what it was. */
public final class ArtifactUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** One line: the thing, the value, what to do. */
    public ArtifactUnavailableException(String message) {
        super(message);
    }

    /** One line: the thing, the value, what to do; and what failed below. */
    public ArtifactUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
