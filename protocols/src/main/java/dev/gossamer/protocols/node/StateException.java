package dev.gossamer.protocols.node;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** A value that a node remembers could not be read or written. */
public final class StateException extends UncheckedIOException {
    private static final long serialVersionUID = 1L;

    private final transient Path path;

    /**
     * A failure of the disk.
     *
     * @param action what could not be done, such as {@code write a state}
     */
    public StateException(String action, Path path, IOException cause) {
        super("cannot " + action + ": path=" + path + ", cause=" + cause, cause);
        this.path = path;
    }

    /** The file that it was about. */
    public Path path() {
        return path;
    }
}
