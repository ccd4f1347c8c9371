package dev.gossamer.protocols.artifact;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** A folder of artifacts could not be read or written. */
public final class ArtifactStoreException extends UncheckedIOException {
    private static final long serialVersionUID = 1L;

    private final transient Path path;

    ArtifactStoreException(String action, Path path, IOException cause) {
        super("cannot " + action + ": path=" + path + ", cause=" + cause, cause);
        this.path = path;
    }

    /** The file or folder that it was about. */
    public Path path() {
        return path;
    }
}
