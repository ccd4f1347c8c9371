package dev.gossamer.client.weights;

/** A weights file that is malformed, or holds another kind of model than its reader expects. */
public final class WeightsFormatException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** One line: the file, the thing, the value. */
    public WeightsFormatException(String message) {
        super(message);
    }

    /** One line: the file, the thing, the value; and what failed below. */
    public WeightsFormatException(String message, Throwable cause) {
        super(message, cause);
    }
}
