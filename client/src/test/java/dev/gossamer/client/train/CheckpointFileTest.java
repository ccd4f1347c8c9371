package dev.gossamer.client.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gossamer.protocols.adapter.AdapterLayout;
import dev.gossamer.protocols.adapter.AdapterLayout.Slice;
import dev.gossamer.protocols.adapter.Digest;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

class CheckpointFileTest {
    private static final Digest LAYOUT =
            new AdapterLayout(List.of(new Slice("w", 1, 3))).fingerprint();
    private static final Checkpoint CHECKPOINT =
            new Checkpoint(
                    Map.of("rank", "8", "seed", "7"),
                    LAYOUT,
                    new TrainingState(
                            12,
                            new TrainingState.Position(3, 5),
                            new float[] {1.5f, -0f, Float.MIN_VALUE},
                            new Optimizer.State(
                                    12, List.of(new float[] {1, 2, 3}, new float[] {4, 5, 6}))),
                    Optional.of(
                            new EarlyStop.Best(
                                    Double.POSITIVE_INFINITY, 0, 2, new float[] {7, 8, 9})));

    @TempDir private Path folder;
    private Path file;

    @BeforeEach
    void write() {
        file = folder.resolve("checkpoint");
        CheckpointFile.write(file, CHECKPOINT);
    }

    @Test
    void read_whatWasWritten_isTheSame() {
        Checkpoint read = CheckpointFile.read(file);

        assertEquals(CHECKPOINT.settings(), read.settings());
        assertEquals(LAYOUT, read.layout());
        assertEquals(12, read.step());
        assertEquals(new TrainingState.Position(3, 5), read.state().position());
        assertArrayEquals(CHECKPOINT.state().values(), read.state().values());
        assertArrayEquals(new float[] {4, 5, 6}, read.state().optimizer().moments().get(1));
        assertEquals(Double.POSITIVE_INFINITY, read.best().orElseThrow().loss());
        assertArrayEquals(new float[] {7, 8, 9}, read.best().orElseThrow().values());
        assertFalse(Files.exists(folder.resolve("checkpoint.part")));
    }

    /** Every byte is checked, and no size is believed before it fits the file. */
    @Test
    void read_fileWithAnyByteFlippedOrCut_refused() throws IOException {
        byte[] whole = Files.readAllBytes(file);
        for (int i = 0; i < whole.length; i++) {
            byte[] flipped = whole.clone();
            flipped[i] ^= 0x10;
            Files.write(file, flipped);
            assertThrows(CheckpointException.class, () -> CheckpointFile.read(file), "byte " + i);
            Files.write(file, Arrays.copyOf(whole, i));
            assertThrows(CheckpointException.class, () -> CheckpointFile.read(file), "cut " + i);
        }
        Files.write(file, Arrays.copyOf(whole, whole.length + 1));
        assertThrows(CheckpointException.class, () -> CheckpointFile.read(file));
    }

    @Test
    void read_noFile_saysWhich() {
        Path none = folder.resolve("none");

        String refusal =
                assertThrows(CheckpointException.class, () -> CheckpointFile.read(none))
                        .getMessage();

        assertEquals("cannot read the checkpoint: file=" + none, refusal.split(" \\(", -1)[0]);
    }

    @Test
    void requireFit_otherSetting_namesIt() {
        assertEquals(
                "checkpoint of another training: file=c, setting=rank, checkpoint=8, now=4; resume"
                        + " with the same options, or train into another folder",
                assertThrows(
                                CheckpointException.class,
                                () ->
                                        CHECKPOINT.requireFit(
                                                Path.of("c"),
                                                Map.of("rank", "4", "seed", "7"),
                                                LAYOUT))
                        .getMessage());
        assertThrows(
                CheckpointException.class,
                () ->
                        CHECKPOINT.requireFit(
                                Path.of("c"), CHECKPOINT.settings(), Digest.of(new byte[1])));
        CHECKPOINT.requireFit(Path.of("c"), CHECKPOINT.settings(), LAYOUT);
    }
}
