package dev.gossamer.client.weights;

/** Told how far a download is. */
@FunctionalInterface
public interface DownloadProgress {
    /** Tells nobody. */
    DownloadProgress SILENT = (artifact, bytes) -> {};

    /**
     * The download has grown; called from the thread that waits for it.
     *
     * @param bytes on disk so far, of {@link Artifact#archiveBytes()}
     */
    void downloaded(Artifact artifact, long bytes);
}
