package dev.gossamer.privacy.identity;

import java.nio.file.Path;

/** A key or roster file that cannot be read, written or believed. */
public final class KeyFileException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    KeyFileException(String what, Path file) {
        super(what + ": file=" + file);
    }

    KeyFileException(String what, Path file, Throwable cause) {
        super(what + ": file=" + file + ", cause=" + cause.getMessage(), cause);
    }
}
