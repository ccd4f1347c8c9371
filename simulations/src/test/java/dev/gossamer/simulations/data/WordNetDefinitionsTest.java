package dev.gossamer.simulations.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.client.data.DataException;
import dev.gossamer.client.weights.ArtifactCache;
import dev.gossamer.client.weights.DownloadProgress;
import dev.gossamer.protocols.run.Column;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

class WordNetDefinitionsTest {
    @TempDir private Path folder;

    private static String prompt(SourceRow row) {
        return row.column(Column.PROMPT).orElseThrow();
    }

    private static String completion(SourceRow row) {
        return row.column(Column.COMPLETION).orElseThrow();
    }

    @Test
    void draw_realFiles_isBalancedAndDisjoint() {
        WordNetDefinitions all =
                WordNetDefinitions.resolve(ArtifactCache.ofEnvironment(), DownloadProgress.SILENT);

        Draw draw = all.draw(new Sizes(16, 80, 40, 160), 7);

        assertEquals(
                Set.of(
                        "noun.animal",
                        "noun.artifact",
                        "noun.food",
                        "noun.person",
                        "verb.communication",
                        "verb.motion",
                        "adjective.all",
                        "adverb.all"),
                all.counts().keySet());
        all.counts().forEach((topic, count) -> assertTrue(count > 900, topic + "=" + count));
        Set<String> prompts = new HashSet<>();
        Stream.of(draw.publicSample(), draw.publicTest(), draw.validation(), draw.clients())
                .flatMap(List::stream)
                .forEach(row -> assertTrue(prompts.add(prompt(row)), prompt(row)));
        assertEquals(16 + 80 + 40 + 160, prompts.size());
        for (SourceRow row : draw.clients()) {
            assertTrue(prompt(row).matches("Define: \\S.* \\((noun|verb|adjective|adverb)\\)"));
            assertTrue(completion(row).matches(" \\S.*"), completion(row));
            assertFalse(completion(row).contains("; \""), completion(row));
        }
        assertEquals(
                20,
                draw.clients().stream().filter(r -> r.fact("topic").equals("noun.food")).count());
    }

    private void write(String nouns, String adjectives) throws IOException {
        String notice = "  1 This software\n";
        Files.writeString(folder.resolve("data.noun"), notice + nouns);
        Files.writeString(
                folder.resolve("data.verb"),
                "00000001 38 v 01 stroll 0 000 01 + 02 00 | walk leisurely; \"we strolled\"\n");
        Files.writeString(folder.resolve("data.adj"), adjectives);
        Files.writeString(
                folder.resolve("data.adv"), "00000001 02 r 01 so 0 000 | to that point\n");
    }

    @Test
    void read_smallFiles_keepsFirstWordsOfItsTopicsOnce() throws IOException {
        write(
                """
                00000001 13 n 02 hot_soup 0 broth 0 000 | liquid food; "she made soup"
                00000002 13 n 01 hot_soup 0 000 | another dish
                00000003 13 n 01 bouillon 0 000 | liquid food
                00000004 03 n 01 entity 0 000 | anything at all
                """,
                "00000001 00 s 01 awash(p) 0 000 | covered with water\n");

        Draw draw = WordNetDefinitions.read(folder).draw(new Sizes(0, 0, 0, 4), 1);

        assertEquals(
                Map.of(
                        "Define: hot soup (noun)", " liquid food",
                        "Define: stroll (verb)", " walk leisurely",
                        "Define: awash (adjective)", " covered with water",
                        "Define: so (adverb)", " to that point"),
                draw.clients().stream()
                        .collect(
                                Collectors.toMap(
                                        WordNetDefinitionsTest::prompt,
                                        WordNetDefinitionsTest::completion)));
    }

    @Test
    void read_otherFile_namesTheRow() throws IOException {
        write("something else\n", "");

        var refused = assertThrows(DataException.class, () -> WordNetDefinitions.read(folder));

        assertTrue(refused.getMessage().contains("row=2, not a WordNet synset"));
    }
}
