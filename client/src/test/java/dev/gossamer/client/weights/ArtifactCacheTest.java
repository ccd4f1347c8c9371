package dev.gossamer.client.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

class ArtifactCacheTest {
    private static final byte[] CONTENT = {1, 2, 3, 4, 5};

    @TempDir private Path folder;
    private Path jar;
    private MavenArtifact artifact;

    @BeforeEach
    void writeJar() throws IOException {
        jar = folder.resolve("source.jar");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(jar))) {
            zip.putNextEntry(new ZipEntry("deep/weights.bin"));
            zip.write(CONTENT);
            zip.closeEntry();
        }
        artifact = artifact(ArtifactCache.sha256(jar));
    }

    private MavenArtifact artifact(String sha256) throws IOException {
        return artifact(
                sha256, List.of(new MavenArtifact.Entry("deep/weights.bin", CONTENT.length)));
    }

    private MavenArtifact artifact(String sha256, List<MavenArtifact.Entry> entries)
            throws IOException {
        return new MavenArtifact(
                "org.example", "weights", "1.0", sha256, Files.size(jar), "Apache-2.0", entries);
    }

    /**
     * A jar with a zip in it, as the one of BERT-base: two files, {@code second} asked for first.
     */
    private MavenArtifact nested(String second) throws IOException {
        ByteArrayOutputStream inner = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(inner)) {
            for (String name : List.of("deep/first.bin", "deep/second.bin")) {
                zip.putNextEntry(new ZipEntry(name));
                zip.write(CONTENT);
                zip.write(name.equals("deep/second.bin") ? 6 : 7);
                zip.closeEntry();
            }
        }
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(jar))) {
            zip.putNextEntry(new ZipEntry("model"));
            zip.write(inner.toByteArray());
            zip.closeEntry();
        }
        return artifact(
                ArtifactCache.sha256(jar),
                List.of(
                        new MavenArtifact.Entry("model!/" + second, CONTENT.length + 1),
                        new MavenArtifact.Entry("model!/deep/first.bin", CONTENT.length + 1)));
    }

    @Test
    void resolve_filesOfAZipWithinTheJar_areUnpacked() throws IOException {
        artifact = nested("deep/second.bin");
        install();

        Path resolved = cacheWithoutMaven().resolve(artifact, DownloadProgress.SILENT);

        assertArrayEquals(
                new byte[] {1, 2, 3, 4, 5, 6}, Files.readAllBytes(resolved.resolve("second.bin")));
        assertArrayEquals(
                new byte[] {1, 2, 3, 4, 5, 7}, Files.readAllBytes(resolved.resolve("first.bin")));
    }

    @Test
    void resolve_fileMissingInAZipWithinTheJar_isNamed() throws IOException {
        artifact = nested("deep/third.bin");
        install();

        ArtifactUnavailableException refused =
                assertThrows(
                        ArtifactUnavailableException.class,
                        () -> cacheWithoutMaven().resolve(artifact, DownloadProgress.SILENT));

        assertTrue(
                refused.getMessage().contains("path=model!/deep/third.bin, sizeBytes=none"),
                refused.getMessage());
    }

    private Path install() throws IOException {
        Path target = folder.resolve("repository").resolve(artifact.repositoryPath());
        Files.createDirectories(target.getParent());
        return Files.copy(jar, target);
    }

    private ArtifactCache cache(List<String> maven) {
        return new ArtifactCache(folder.resolve("cache"), folder.resolve("repository"), maven);
    }

    private ArtifactCache cacheWithoutMaven() {
        return cache(List.of("gossamer-no-such-program"));
    }

    @Test
    void resolve_jarInLocalRepository_unpacksEntry() throws IOException {
        install();

        Path resolved = cacheWithoutMaven().resolve(artifact, DownloadProgress.SILENT);

        assertArrayEquals(CONTENT, Files.readAllBytes(resolved.resolve("weights.bin")));
    }

    @Test
    void resolve_alreadyUnpacked_needsNoJar() throws IOException {
        Path installed = install();
        cacheWithoutMaven().resolve(artifact, DownloadProgress.SILENT);
        Files.delete(installed);

        Path resolved = cacheWithoutMaven().resolve(artifact, DownloadProgress.SILENT);

        assertArrayEquals(CONTENT, Files.readAllBytes(resolved.resolve("weights.bin")));
        assertTrue(cacheWithoutMaven().onThisMachine(artifact));
    }

    @Test
    void resolve_unpackingWasCutOff_unpacksAgain() throws IOException {
        install();
        Path resolved = cacheWithoutMaven().resolve(artifact, DownloadProgress.SILENT);
        Files.write(resolved.resolve("weights.bin"), new byte[] {1, 2});

        cacheWithoutMaven().resolve(artifact, DownloadProgress.SILENT);

        assertArrayEquals(CONTENT, Files.readAllBytes(resolved.resolve("weights.bin")));
    }

    @Test
    void resolve_noJarAnywhere_fetchesByMavenAndTellsBytes() throws IOException {
        List<Long> told = new ArrayList<>();

        Path resolved =
                cache(FakeMaven.command(jar)).resolve(artifact, (what, bytes) -> told.add(bytes));

        assertArrayEquals(CONTENT, Files.readAllBytes(resolved.resolve("weights.bin")));
        assertEquals(Files.size(jar), told.getLast());
    }

    @Test
    void resolve_mavenFails_saysWhatMavenSaid() {
        ArtifactCache cache = cache(FakeMaven.command(folder.resolve("absent")));

        ArtifactUnavailableException refused =
                assertThrows(
                        ArtifactUnavailableException.class,
                        () -> cache.resolve(artifact, DownloadProgress.SILENT));

        assertTrue(refused.getMessage().contains("org.example:weights:1.0"), refused.getMessage());
        assertTrue(
                refused.getMessage().contains("could not find artifact in mirror"),
                refused.getMessage());
    }

    @Test
    void resolve_noMaven_saysSo() {
        ArtifactUnavailableException refused =
                assertThrows(
                        ArtifactUnavailableException.class,
                        () -> cacheWithoutMaven().resolve(artifact, DownloadProgress.SILENT));

        assertTrue(
                refused.getMessage().contains("no Maven to fetch org.example:weights:1.0"),
                refused.getMessage());
        assertFalse(cacheWithoutMaven().onThisMachine(artifact));
    }

    @Test
    void resolve_wrongDigest_unpacksNothing() throws IOException {
        install();
        MavenArtifact other = artifact("0".repeat(64));

        ArtifactUnavailableException refused =
                assertThrows(
                        ArtifactUnavailableException.class,
                        () -> cacheWithoutMaven().resolve(other, DownloadProgress.SILENT));

        assertTrue(refused.getMessage().contains("wrong digest"), refused.getMessage());
        assertTrue(refused.getMessage().contains("delete "), refused.getMessage());
        assertFalse(Files.exists(folder.resolve("cache")));
    }

    @Test
    void resolve_interrupted_throwsAndKeepsTheFlag() {
        Thread.currentThread().interrupt();

        ArtifactUnavailableException refused =
                assertThrows(
                        ArtifactUnavailableException.class,
                        () ->
                                cache(FakeMaven.command(jar))
                                        .resolve(artifact, DownloadProgress.SILENT));

        assertTrue(Thread.interrupted());
        assertTrue(refused.getMessage().contains("interrupted"), refused.getMessage());
    }
}
