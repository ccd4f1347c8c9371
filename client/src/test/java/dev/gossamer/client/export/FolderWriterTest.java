package dev.gossamer.client.export;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

final class FolderWriterTest {
    @TempDir Path temporary;

    @Test
    void create_thatFails_leavesNothing() {
        UncheckedIOException thrown =
                assertThrows(
                        UncheckedIOException.class,
                        () -> FolderWriter.create(out(), FolderWriterTest::half));

        assertTrue(thrown.getMessage().startsWith("folder cannot be written: out="));
        assertArrayEquals(new String[0], temporary.toFile().list());
    }

    @Test
    void create_afterOneThatWasKilled_startsAnew() throws IOException {
        Path left = temporary.resolve(".out.writing");
        Files.createDirectories(left.resolve("deeper"));
        Files.writeString(left.resolve("old"), "old");

        FolderWriter.create(out(), folder -> Files.writeString(folder.resolve("new"), "new"));

        assertFalse(Files.exists(left));
        assertArrayEquals(new String[] {"new"}, out().toFile().list());
    }

    @Test
    void create_inEmptyFolder_fillsIt() throws IOException {
        Files.createDirectory(out());

        FolderWriter.create(out(), folder -> Files.writeString(folder.resolve("new"), "new"));

        assertEquals("new", Files.readString(out().resolve("new")));
    }

    @Test
    void create_overFile_isRefused() throws IOException {
        Files.writeString(out(), "mine");

        assertThrows(
                IllegalArgumentException.class,
                () -> FolderWriter.create(out(), folder -> Files.writeString(folder, "new")));
        assertEquals("mine", Files.readString(out()));
    }

    @Test
    void replace_thatFails_leavesWhatWasThere() throws IOException {
        Files.createDirectory(out());
        Files.writeString(out().resolve("half"), "old");

        assertThrows(
                UncheckedIOException.class,
                () -> FolderWriter.replace(out(), "last", FolderWriterTest::half));

        assertArrayEquals(new String[] {"half"}, out().toFile().list());
        assertEquals("old", Files.readString(out().resolve("half")));
    }

    private static void half(Path folder) throws IOException {
        Files.writeString(folder.resolve("half"), "half");
        throw new IOException("disk full");
    }

    private Path out() {
        return temporary.resolve("out");
    }
}
