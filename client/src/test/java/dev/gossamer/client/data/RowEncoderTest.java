package dev.gossamer.client.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.client.data.DataRow.Content;
import dev.gossamer.client.text.Tokenizer;
import dev.gossamer.client.weights.ModelCatalog;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

class RowEncoderTest {
    private static final int NONE = Example.NO_LABEL;
    private static final Place PLACE = new Place(Path.of("rows.jsonl"), 3);
    private static final Classes CLASSES = Classes.listed(List.of("food", "rail"));

    private final Tokenizer bert = ModelCatalog.shared().load("minilm-l6").tokenizer();

    private static DataRow row(Content content) {
        return new DataRow(PLACE, content, Optional.empty());
    }

    private static DataRow pair(String text, String second) {
        return row(new Content.Text(text, Optional.of(second), Optional.of("rail")));
    }

    private ClassEncoder classes(int maxTokens) {
        return new ClassEncoder(bert, CLASSES, "label", maxTokens);
    }

    private static DataRow labelled(String label) {
        return row(
                new Content.Text(
                        "A man is eating food.", Optional.empty(), Optional.ofNullable(label)));
    }

    @Test
    void sequence_oneText_hasItsClassAndNoSecondText() {
        RowEncoder.Encoded encoded = classes(64).encode(labelled("rail"));

        assertArrayEquals(
                new int[] {101, 1037, 2158, 2003, 5983, 2833, 1012, 102},
                encoded.example().tokenIds());
        assertEquals(1, encoded.example().label());
        assertEquals(8, encoded.example().secondText());
        assertFalse(encoded.truncated());
    }

    @Test
    void sequence_pair_countsTheSecondTextFromItsFirstToken() {
        Example example = classes(64).encode(pair("a man", "two words")).example();

        assertArrayEquals(new int[] {101, 1037, 2158, 102, 2048, 2616, 102}, example.tokenIds());
        assertEquals(4, example.secondText());
    }

    /** As the longest-first rule of the tokenizers library cuts. */
    @Test
    void sequence_longPair_isCutAtTheLongerTextFirst() {
        RowEncoder.Encoded encoded = classes(8).encode(pair("a man", "two two two two two two"));

        assertArrayEquals(
                new int[] {101, 1037, 2158, 102, 2048, 2048, 2048, 102},
                encoded.example().tokenIds());
        assertTrue(encoded.truncated());
        assertArrayEquals(
                new int[] {101, 2048, 2048, 2048, 102, 1037, 1037, 102},
                classes(8).encode(pair("two ".repeat(9), "a a a a")).example().tokenIds());
    }

    private static String refusal(RowEncoder encoder, DataRow row) {
        return assertThrows(DataException.class, () -> encoder.encode(row)).getMessage();
    }

    @Test
    void sequence_labelMissingOrUnknown_refused() {
        assertEquals(
                "bad row: file=rows.jsonl, row=3, column=label is missing; label the row or remove"
                        + " it",
                refusal(classes(64), labelled(null)));
        assertEquals(
                "bad row: file=rows.jsonl, row=3, column=label, label=boat is not one of"
                        + " classes=[food, rail]; correct the label or list it under classes",
                refusal(classes(64), labelled("boat")));
    }

    @Test
    void classes_seenInRows_areSortedAndSayWhatWasNotSeen() throws IOException {
        Path file = Files.createTempFile("rows", ".csv");
        try {
            Files.writeString(file, "text,label\na,10\nb,9\nc,10\n");
            Classes seen =
                    Classes.seenIn(
                            DataSource.of(file),
                            Columns.standard(),
                            dev.gossamer.client.train.Task.SEQUENCE_CLASSIFICATION);

            assertEquals(List.of("9", "10"), seen.names());
            assertTrue(
                    refusal(new ClassEncoder(bert, seen, "label", 9), labelled("11"))
                            .contains("label=11 was not seen in training: classes=[9, 10]"));
        } finally {
            Files.delete(file);
        }
    }

    @Test
    void tokens_wordsOfSeveralTokens_areLabelledAtTheFirst() {
        TagEncoder encoder = new TagEncoder(bert, CLASSES, "tags", 64);
        DataRow row =
                row(
                        new Content.Words(
                                List.of("Angela", "Merkel-Schmidt", "works"),
                                List.of("food", "rail", "food")));

        Example example = encoder.encode(row).example();

        assertArrayEquals(
                new int[] {101, 10413, 21442, 11705, 1011, 12940, 2573, 102}, example.tokenIds());
        assertArrayEquals(new int[] {NONE, 0, 1, NONE, NONE, NONE, 0, NONE}, example.labels());
        assertTrue(
                refusal(encoder, row(new Content.Words(List.of("a"), List.of())))
                        .endsWith("column=tags is missing; tag the row or remove it"));
    }

    @Test
    void masked_specialTokens_areNeverChosen() {
        Example row = new MaskedEncoder(bert, 64).encode(labelled("rail")).example();

        assertArrayEquals(new int[] {NONE, 1037, 2158, 2003, 5983, 2833, 1012, NONE}, row.labels());
    }
}
