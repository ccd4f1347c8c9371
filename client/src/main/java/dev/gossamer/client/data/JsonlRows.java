package dev.gossamer.client.data;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.io.IOException;
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
    /** All rows are held in memory. */
    private static final int MAX_ROWS = 10_000_000;

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
        try (RecordReader reader = new JsonlRecords(file)) {
            Optional<RecordReader.Entry> entry = reader.next();
            while (entry.isPresent()) {
                Place place = entry.get().place();
                try {
                    rows.add(check.check(row(entry.get().columns())));
                } catch (BadRow e) {
                    throw place.fault(e.getMessage());
                }
                if (rows.size() > MAX_ROWS) {
                    throw place.fault("too many rows: bound=" + MAX_ROWS + "; split the file");
                }
                entry = reader.next();
            }
        } catch (IOException e) {
            throw DataException.ofFile(
                    file, "cannot read it (" + e + "); check that it is there", e);
        }
        if (rows.isEmpty()) {
            throw DataException.ofFile(file, "rows=0; write one JSON object a line", null);
        }
        return rows;
    }

    private TextRow row(ObjectNode columns) throws BadRow {
        JsonNode text = columns.get(textColumn);
        if (text == null || !text.isTextual()) {
            throw new BadRow(
                    "column=" + textColumn + " is missing or not text; add it or name another");
        }
        return new TextRow(text.textValue(), label(columns.get(labelColumn)));
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
            ObjectNode node = JsonlRecords.object().put(textColumn, row.text());
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
