package dev.gossamer.protocols.artifact;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.protocols.adapter.Digest;
import dev.gossamer.protocols.node.ArtifactPort;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

class FolderArtifactsTest {
    private static final byte[] CONTENT = "content".getBytes(StandardCharsets.UTF_8);
    private static final Digest DIGEST = Digest.of(CONTENT);

    @TempDir private Path temporary;

    private Path folder() {
        return temporary.resolve("artifacts");
    }

    private Path file() {
        return folder().resolve(DIGEST.toString());
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder())) {
            return files.map(path -> path.getFileName().toString()).toList();
        }
    }

    @Test
    void put_afterRestart_isStillThere() throws IOException {
        Digest digest = new FolderArtifacts(folder()).put(CONTENT);

        byte[] held = new FolderArtifacts(folder()).get(digest).orElseThrow();

        assertEquals(DIGEST, digest);
        assertArrayEquals(CONTENT, held);
        assertEquals(List.of(DIGEST.toString()), names());
    }

    @Test
    void get_unknown_isEmpty() {
        assertEquals(Optional.empty(), new FolderArtifacts(folder()).get(DIGEST));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "conten", "Content", "content and more"})
    void get_damagedFile_isAbsentAndRemoved(String damaged) throws IOException {
        FolderArtifacts artifacts = new FolderArtifacts(folder());
        artifacts.put(CONTENT);
        Files.writeString(file(), damaged);

        assertEquals(Optional.empty(), artifacts.get(DIGEST));
        assertFalse(Files.exists(file()));
    }

    @Test
    void put_overADamagedFile_heals() throws IOException {
        FolderArtifacts artifacts = new FolderArtifacts(folder());
        artifacts.put(CONTENT);
        Files.writeString(file(), "damaged");

        artifacts.put(CONTENT);

        assertArrayEquals(CONTENT, artifacts.get(DIGEST).orElseThrow());
    }

    @Test
    void put_sameContentFromManyThreads_isHeldOnce() throws Exception {
        FolderArtifacts artifacts = new FolderArtifacts(folder());
        byte[] large = new byte[1 << 20];
        Arrays.fill(large, (byte) 7);
        Callable<Digest> put = () -> artifacts.put(large);

        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            for (Future<Digest> done : threads.invokeAll(Collections.nCopies(32, put))) {
                assertEquals(Digest.of(large), done.get());
            }
        }

        assertArrayEquals(large, artifacts.get(Digest.of(large)).orElseThrow());
        assertEquals(List.of(Digest.of(large).toString()), names());
    }

    @Test
    void put_aFileStandsInTheFoldersPlace_namesThePath() throws IOException {
        FolderArtifacts artifacts = new FolderArtifacts(folder());
        Files.delete(folder());
        Files.writeString(folder(), "in the way");

        var error = assertThrows(ArtifactStoreException.class, () -> artifacts.put(CONTENT));

        assertEquals(file(), error.path());
    }

    @Test
    void put_folderIsGone_namesThePath() throws IOException {
        FolderArtifacts artifacts = new FolderArtifacts(folder());
        Files.delete(folder());

        var error = assertThrows(ArtifactStoreException.class, () -> artifacts.put(CONTENT));

        assertEquals(file(), error.path());
        assertTrue(error.getMessage().startsWith("cannot write an artifact: path=" + file()));
    }

    @Test
    void get_fileThatCannotBeRead_namesThePath() throws IOException {
        FolderArtifacts artifacts = new FolderArtifacts(folder());
        Files.createDirectory(file());

        var error = assertThrows(ArtifactStoreException.class, () -> artifacts.get(DIGEST));

        assertEquals(file(), error.path());
    }

    @Test
    void create_whereAFileStands_namesThePath() throws IOException {
        Files.writeString(folder(), "in the way");

        var error = assertThrows(ArtifactStoreException.class, () -> new FolderArtifacts(folder()));

        assertEquals(folder(), error.path());
    }

    @Test
    void memory_changedByTheCaller_keepsItsOwn() {
        ArtifactPort artifacts = new MemoryArtifacts();
        byte[] content = CONTENT.clone();
        Digest digest = artifacts.put(content);
        content[0]++;

        artifacts.get(digest).orElseThrow()[1]++;

        assertArrayEquals(CONTENT, artifacts.get(digest).orElseThrow());
        assertEquals(Optional.empty(), artifacts.get(Digest.of(content)));
    }
}
