package dev.gossamer.protocols.adapter;

/** Bytes that are not the artifact they were taken for; the message says what was found. */
public final class ArtifactFormatException extends Exception {
    private static final long serialVersionUID = 1;

    /** With what is wrong. */
    public ArtifactFormatException(String message) {
        super(message);
    }
}
