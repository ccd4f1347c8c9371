package dev.gossamer.client.train;

/** A checkpoint that cannot be written, is damaged, or belongs to another training. */
public final class CheckpointException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** One line: the file, the thing, what to do. */
    public CheckpointException(String message) {
        super(message);
    }

    /** One line: the file, the thing, what to do; and what failed below. */
    public CheckpointException(String message, Throwable cause) {
        super(message, cause);
    }
}
