package dev.gossamer.simulations.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.client.data.DataException;
import dev.gossamer.client.weights.ArtifactCache;
import dev.gossamer.client.weights.DownloadProgress;
import dev.gossamer.protocols.run.Column;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

class WordNetGlossesTest {
    private static WordNetGlosses wordNet;

    @TempDir private Path folder;

    @BeforeAll
    static void resolve() {
        wordNet = WordNetGlosses.resolve(ArtifactCache.ofEnvironment(), DownloadProgress.SILENT);
    }

    private static String text(SourceRow row) {
        return row.column(Column.TEXT).orElseThrow();
    }

    private static long count(List<SourceRow> rows, String label) {
        return rows.stream()
                .filter(row -> row.column(Column.LABEL).orElseThrow().equals(label))
                .count();
    }

    @Test
    void resolve_realFile_hasAllClasses() {
        assertEquals(12, WordNetGlosses.CLASSES.size());
        for (String name : WordNetGlosses.CLASSES) {
            assertTrue(wordNet.count(name) > 1900, name + " count=" + wordNet.count(name));
        }
        assertTrue(wordNet.count("artifact") <= 11_605);
    }

    @Test
    void draw_standard_isBalancedAndDisjoint() {
        Draw draw = wordNet.draw(Sizes.STANDARD, 7);

        assertEquals(256, draw.publicSample().size());
        assertEquals(1000, draw.publicTest().size());
        assertEquals(500, draw.validation().size());
        assertEquals(1500, draw.clients().size());
        Set<String> texts = new HashSet<>();
        Stream.of(draw.publicSample(), draw.publicTest(), draw.validation(), draw.clients())
                .flatMap(List::stream)
                .forEach(row -> assertTrue(texts.add(text(row)), text(row)));
        for (String name : WordNetGlosses.CLASSES) {
            assertEquals(125, count(draw.clients(), name), name);
            assertTrue(Set.of(21L, 22L).contains(count(draw.publicSample(), name)), name);
            assertTrue(Set.of(83L, 84L).contains(count(draw.publicTest(), name)), name);
        }
    }

    @Test
    void draw_sameSeed_isTheSame() {
        Draw draw = wordNet.draw(Sizes.STANDARD, 7);

        assertEquals(draw, wordNet.draw(Sizes.STANDARD, 7));
        assertNotEquals(draw, wordNet.draw(Sizes.STANDARD, 8));
    }

    @Test
    void draw_glosses_carryNoUsageExamples() {
        List<SourceRow> rows = wordNet.draw(Sizes.STANDARD, 7).clients();

        for (SourceRow row : rows) {
            assertFalse(text(row).contains("; \""), text(row));
            assertFalse(text(row).isBlank());
        }
    }

    @Test
    void draw_moreThanThereAre_refused() {
        IllegalArgumentException refused =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> wordNet.draw(new Sizes(0, 0, 0, 120_000), 7));

        assertTrue(refused.getMessage().contains("wanted=10000"), refused.getMessage());
    }

    @Test
    void read_smallFile_dropsNoticeExamplesAndDuplicates() throws IOException {
        Path file = folder.resolve("data.noun");
        Files.writeString(
                file,
                """
                  1 This software
                00000001 13 n 01 soup 0 000 | liquid food; "she made soup"; "hot soup"
                00000002 13 n 01 broth 0 000 | liquid food
                00000003 06 n 01 spoon 0 000 | a tool; for eating
                00000004 03 n 01 entity 0 000 | anything at all
                """);

        WordNetGlosses read = WordNetGlosses.read(file);

        assertEquals(1, read.count("food"));
        assertEquals(1, read.count("artifact"));
        assertEquals(0, read.count("person"));
    }

    @Test
    void read_otherFile_namesTheRow() throws IOException {
        Path file = folder.resolve("data.noun");
        Files.writeString(file, "  1 notice\nsomething else\n");

        DataException refused = assertThrows(DataException.class, () -> WordNetGlosses.read(file));

        assertTrue(refused.getMessage().contains("row=2, not a WordNet noun"));
    }
}
