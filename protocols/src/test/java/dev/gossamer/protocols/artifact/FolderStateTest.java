package dev.gossamer.protocols.artifact;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.protocols.node.StateException;
import dev.gossamer.protocols.node.StatePort;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

class FolderStateTest {
    private static final byte[] FIRST = "first".getBytes(StandardCharsets.UTF_8);
    private static final byte[] SECOND = "the second one".getBytes(StandardCharsets.UTF_8);

    @TempDir private Path temporary;

    private Path folder() {
        return temporary.resolve("node").resolve("state");
    }

    private Path file() {
        return folder().resolve("owed.state");
    }

    private StatePort state() {
        return new FolderState(folder());
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder())) {
            return files.map(path -> path.getFileName().toString()).toList();
        }
    }

    @Test
    void put_overAFormerValue_isFoundAfterRestart() throws IOException {
        state().put("owed", FIRST);
        state().put("owed", SECOND);

        assertArrayEquals(SECOND, state().get("owed").orElseThrow());
        assertEquals(List.of("owed.state"), names());
    }

    @Test
    void put_nothing_isAValue() {
        state().put("owed", new byte[0]);

        assertArrayEquals(new byte[0], state().get("owed").orElseThrow());
    }

    @Test
    void get_unknown_isEmptyAndMakesNoFolder() {
        assertEquals(Optional.empty(), state().get("owed"));
        assertFalse(Files.exists(folder()));
    }

    @Test
    void get_besideATornWrite_isTheFormerValue() throws IOException {
        state().put("owed", FIRST);
        Files.write(folder().resolve("owed.part"), new byte[] {1, 2, 3});

        assertArrayEquals(FIRST, state().get("owed").orElseThrow());
        state().put("owed", SECOND);
        assertArrayEquals(SECOND, state().get("owed").orElseThrow());
        assertEquals(List.of("owed.state"), names());
    }

    @Test
    void get_cutAnywhere_isAbsentAndRemoved() throws IOException {
        state().put("owed", FIRST);
        byte[] whole = Files.readAllBytes(file());

        for (int length = 0; length < whole.length; length++) {
            Files.write(file(), Arrays.copyOf(whole, length));

            assertEquals(Optional.empty(), state().get("owed"), "length=" + length);
            assertFalse(Files.exists(file()));
        }
    }

    @Test
    void get_withAnyByteChanged_isAbsent() throws IOException {
        state().put("owed", FIRST);
        byte[] whole = Files.readAllBytes(file());

        for (int at = 0; at < whole.length; at++) {
            byte[] damaged = whole.clone();
            damaged[at] ^= 1;
            Files.write(file(), damaged);

            assertEquals(Optional.empty(), state().get("owed"), "at=" + at);
        }
    }

    @Test
    void remove_forgetsOneAlone() {
        state().put("owed", FIRST);
        state().put("other", SECOND);

        state().remove("owed");
        state().remove("never-there");

        assertEquals(Optional.empty(), state().get("owed"));
        assertArrayEquals(SECOND, state().get("other").orElseThrow());
    }

    @Test
    void put_whereAFileStandsInTheFoldersPlace_namesThePath() throws IOException {
        Files.createDirectories(folder().getParent());
        Files.writeString(folder(), "in the way");

        var error = assertThrows(StateException.class, () -> state().put("owed", FIRST));

        assertEquals(file(), error.path());
        assertTrue(error.getMessage().startsWith("cannot write a state: path=" + file()));
    }

    @Test
    void get_fileThatCannotBeRead_namesThePath() throws IOException {
        Files.createDirectories(file());

        var error = assertThrows(StateException.class, () -> state().get("owed"));

        assertTrue(error.getMessage().startsWith("cannot read a state: path=" + file()));
    }

    @Test
    void remove_whatCannotBeRemoved_namesThePath() throws IOException {
        Files.createDirectories(file().resolve("in-the-way"));

        var error = assertThrows(StateException.class, () -> state().remove("owed"));

        assertTrue(error.getMessage().startsWith("cannot remove a state: path=" + file()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "../owed", "Owed", "a b", "owed.state"})
    void name_thatIsNone_isRefusedByEveryStore(String name) {
        for (StatePort store : List.of(state(), new MemoryState())) {
            assertThrows(IllegalArgumentException.class, () -> store.put(name, FIRST));
            assertThrows(IllegalArgumentException.class, () -> store.get(name));
            assertThrows(IllegalArgumentException.class, () -> store.remove(name));
        }
        assertEquals(
                "bad name of a state: name=, form=[a-z0-9-]{1,64}",
                assertThrows(IllegalArgumentException.class, () -> state().get("")).getMessage());
    }

    @Test
    void memory_keepsItsOwnBytes() {
        StatePort memory = new MemoryState();
        byte[] content = FIRST.clone();
        memory.put("owed", content);
        content[0] = 0;
        memory.get("owed").orElseThrow()[0] = 0;

        assertArrayEquals(FIRST, memory.get("owed").orElseThrow());
        memory.remove("owed");
        assertEquals(Optional.empty(), memory.get("owed"));
    }
}
