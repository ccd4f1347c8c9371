package dev.gossamer.client.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

class JsonlRowsTest {
    private static final List<String> CLASSES = List.of("food", "rail");
    private static final String GOOD = "{\"text\": \"soup\", \"label\": \"food\"}\n";

    @TempDir private Path folder;

    private Path file(byte[] content) throws IOException {
        return Files.write(folder.resolve("rows.jsonl"), content);
    }

    private Path file(String content) throws IOException {
        return file(content.getBytes(StandardCharsets.UTF_8));
    }

    private String refusal(Path file) {
        return assertThrows(
                        DataException.class, () -> JsonlRows.standard().readLabelled(file, CLASSES))
                .getMessage()
                .replace(folder.toString() + folder.getFileSystem().getSeparator(), "");
    }

    @Test
    void write_thenRead_givesTheSameRows() {
        Path file = folder.resolve("out.jsonl");
        List<TextRow> rows =
                List.of(
                        TextRow.labelled("a \"quoted\"\nline \uD83D\uDE00", "food"),
                        TextRow.unlabelled(""));

        JsonlRows.standard().write(file, rows);

        assertEquals(rows, JsonlRows.standard().read(file));
    }

    @Test
    void read_blankLinesByteOrderMarkAndOtherColumns_areIgnored() throws IOException {
        Path file = file("\uFEFF" + GOOD + "\r\n\n{\"text\":\"t\",\"label\":7,\"x\":[1]}");

        assertEquals(
                List.of(TextRow.labelled("soup", "food"), TextRow.labelled("t", "7")),
                JsonlRows.standard().read(file));
    }

    @Test
    void readLabelled_noLabel_namesRowAndColumn() throws IOException {
        assertEquals(
                "bad row: file=rows.jsonl, row=3, column=label is missing; label the row or remove"
                        + " it",
                refusal(file(GOOD + "\n{\"text\": \"a\"}\n")));
    }

    @Test
    void readLabelled_labelOutsideClasses_namesLabelAndClasses() throws IOException {
        assertEquals(
                "bad row: file=rows.jsonl, row=2, column=label, label=boat is not one of"
                        + " classes=[food, rail]; correct the label or list it under classes",
                refusal(file(GOOD + "{\"text\": \"a\", \"label\": \"boat\"}\n")));
    }

    @Test
    void readLabelled_brokenJson_namesTheCharacter() throws IOException {
        String refusal = refusal(file(GOOD + "{\"text\": soup}\n"));

        assertEquals(
                "bad row: file=rows.jsonl, row=2, not JSON at character=",
                refusal.substring(0, refusal.indexOf("=", refusal.indexOf("character")) + 1));
    }

    @Test
    void readLabelled_twoObjectsInALineOrADuplicateKey_refused() throws IOException {
        assertEquals(0, refusal(file("{\"text\":\"a\"} {}")).indexOf("bad row: file=rows.jsonl"));
        assertEquals(
                0,
                refusal(file("{\"text\":\"a\",\"text\":\"b\",\"label\":\"food\"}"))
                        .indexOf("bad row: file=rows.jsonl, row=1, not JSON"));
    }

    @Test
    void readLabelled_notUtf8_saysSo() throws IOException {
        assertEquals(
                "bad row: file=rows.jsonl, row=1, not UTF-8 at byte=2; save the file as UTF-8",
                refusal(file(new byte[] {'{', (byte) 0xC3, '(', '}'})));
    }

    @Test
    void readLabelled_textMissing_namesColumn() throws IOException {
        assertEquals(
                "bad row: file=rows.jsonl, row=1, column=text is missing or not text; add it or"
                        + " name another",
                refusal(file("{\"body\": \"a\"}")));
    }

    @Test
    void readLabelled_emptyFile_refused() throws IOException {
        assertEquals(
                "bad data file: file=rows.jsonl, rows=0; write one JSON object a line",
                refusal(file("")));
    }

    @Test
    void readLabelled_endlessLine_refusedAtTheBound() throws IOException {
        assertEquals(
                "bad row: file=rows.jsonl, row=2, line too long: bound=1048576 bytes; write one"
                        + " object a line",
                refusal(file(GOOD + "x".repeat(2_000_000))));
    }
}
