package dev.gossamer.client.data;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The form of a JSON Lines file: one object a line, text and label in the named columns.
 *
 * <p>Other columns are ignored, and so are blank lines. A label may be text, a number or a boolean.
 */
public record JsonlRows(String textColumn, String labelColumn) {
    /** A longer line is no row of text; the file is some other kind. */
    private static final int MAX_ROW_BYTES = 1 << 20;

    /** All rows are held in memory. */
    private static final int MAX_ROWS = 10_000_000;

    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    static {
        JSON.getFactory()
                .setStreamReadConstraints(
                        StreamReadConstraints.builder().maxNestingDepth(32).build());
    }

    /** Two different columns. */
    public JsonlRows {
        if (textColumn.isEmpty() || textColumn.equals(labelColumn)) {
            throw new IllegalArgumentException(
                    "bad columns: text=" + textColumn + ", label=" + labelColumn);
        }
    }

    /** The columns {@code text} and {@code label}. */
    public static JsonlRows standard() {
        return new JsonlRows("text", "label");
    }

    /**
     * Every row of {@code file}, with or without a label.
     *
     * @throws DataException naming the file, the row and what to do
     */
    public List<TextRow> read(Path file) {
        return read(file, row -> row);
    }

    /**
     * Every row of {@code file}, each with a label that is one of {@code classes}.
     *
     * @throws DataException naming the file, the row and what to do
     */
    public List<TextRow> readLabelled(Path file, List<String> classes) {
        return read(file, row -> checkLabel(row, classes));
    }

    private interface RowCheck {
        TextRow check(TextRow row) throws BadRow;
    }

    /** What is wrong with a row, before its place is known. */
    private static final class BadRow extends Exception {
        private static final long serialVersionUID = 1L;

        BadRow(String what) {
            super(what, null, false, false);
        }
    }

    private List<TextRow> read(Path file, RowCheck check) {
        List<TextRow> rows = new ArrayList<>();
        int number = 0;
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            Optional<byte[]> line = nextLine(in);
            while (line.isPresent()) {
                number++;
                String text = decode(line.get());
                if (number == 1 && text.startsWith("\uFEFF")) {
                    text = text.substring(1);
                }
                if (!text.isBlank()) {
                    rows.add(check.check(parse(text)));
                }
                if (rows.size() > MAX_ROWS) {
                    throw new BadRow("too many rows: bound=" + MAX_ROWS + "; split the file");
                }
                line = nextLine(in);
            }
        } catch (BadRow e) {
            throw DataException.ofRow(file, Math.max(number, 1), e.getMessage());
        } catch (LongLine e) {
            throw DataException.ofRow(
                    file,
                    number + 1,
                    "line too long: bound=" + MAX_ROW_BYTES + " bytes; write one object a line");
        } catch (IOException e) {
            throw DataException.ofFile(
                    file, "cannot read it (" + e + "); check that it is there", e);
        }
        if (rows.isEmpty()) {
            throw DataException.ofFile(file, "rows=0; write one JSON object a line", null);
        }
        return rows;
    }

    private static final class LongLine extends IOException {
        private static final long serialVersionUID = 1L;
    }

    private static Optional<byte[]> nextLine(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int next = in.read();
        if (next < 0) {
            return Optional.empty();
        }
        while (next >= 0 && next != '\n') {
            line.write(next);
            if (line.size() > MAX_ROW_BYTES) {
                throw new LongLine();
            }
            next = in.read();
        }
        return Optional.of(line.toByteArray());
    }

    private static String decode(byte[] line) throws BadRow {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(line)).toString();
        } catch (CharacterCodingException e) {
            throw new BadRow("not UTF-8; save the file as UTF-8");
        }
    }

    private TextRow parse(String line) throws BadRow {
        JsonNode node;
        try {
            node = JSON.readTree(line);
        } catch (JacksonException e) {
            throw new BadRow(
                    "not JSON at character="
                            + (e.getLocation() == null ? 0 : e.getLocation().getColumnNr())
                            + " ("
                            + e.getOriginalMessage()
                            + "); write one JSON object a line");
        }
        if (!node.isObject()) {
            throw new BadRow("not a JSON object; write {\"" + textColumn + "\": ...}");
        }
        JsonNode text = node.get(textColumn);
        if (text == null || !text.isTextual()) {
            throw new BadRow(
                    "column=" + textColumn + " is missing or not text; add it or name another");
        }
        return new TextRow(text.textValue(), label(node.get(labelColumn)));
    }

    private Optional<String> label(JsonNode label) throws BadRow {
        if (label == null || label.isNull()) {
            return Optional.empty();
        }
        if (!label.isValueNode()) {
            throw new BadRow(
                    "column=" + labelColumn + " is a list or an object; write one class name");
        }
        return Optional.of(label.asText());
    }

    private TextRow checkLabel(TextRow row, List<String> classes) throws BadRow {
        if (row.label().isEmpty()) {
            throw new BadRow("column=" + labelColumn + " is missing; label the row or remove it");
        }
        if (!classes.contains(row.label().get())) {
            throw new BadRow(
                    "column="
                            + labelColumn
                            + ", label="
                            + row.label().get()
                            + " is not one of classes="
                            + classes
                            + "; correct the label or list it under classes");
        }
        return row;
    }

    /** Writes rows, so that {@link #read} gives the same ones. */
    public void write(Path file, List<TextRow> rows) {
        StringBuilder lines = new StringBuilder();
        for (TextRow row : rows) {
            ObjectNode node = JSON.createObjectNode().put(textColumn, row.text());
            row.label().ifPresent(label -> node.put(labelColumn, label));
            lines.append(node).append('\n');
        }
        try {
            Files.writeString(file, lines);
        } catch (IOException e) {
            throw DataException.ofFile(
                    file, "cannot write it (" + e + "); check the folder and the disk", e);
        }
    }
}
