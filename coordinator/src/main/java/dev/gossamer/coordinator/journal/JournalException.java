package dev.gossamer.coordinator.journal;

import java.nio.file.Path;

/** A journal that cannot be read or written; the run must stop. */
public final class JournalException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What failed, on which file. */
    public JournalException(String what, Path file, Throwable cause) {
        super(what + ": file=" + file + ", cause=" + cause.getMessage(), cause);
    }
}
