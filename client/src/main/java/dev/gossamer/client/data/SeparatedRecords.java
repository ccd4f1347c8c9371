package dev.gossamer.client.data;

import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.exc.StreamReadException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.csv.CsvFactory;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The rows of a file of separated values, quoted as RFC 4180 has it, its columns named by its first
 * row; blank lines are ignored, and an empty field is an absent one.
 */
final class SeparatedRecords implements RecordReader {
    private static final CsvFactory CSV =
            CsvFactory.builder()
                    .enable(CsvParser.Feature.WRAP_AS_ARRAY)
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxStringLength(RecordReader.MAX_ROW_BYTES)
                                    .build())
                    .build();

    /** More columns are a file whose separator is another. */
    private static final int MAX_COLUMNS = 10_000;

    private final Path file;
    private final CsvParser parser;
    private final List<String> header;
    private int row = 1;

    /**
     * Opens {@code file} and reads its header.
     *
     * @throws DataException if it has none
     */
    SeparatedRecords(Path file, char separator) throws IOException {
        this.file = file;
        parser = CSV.createParser(new StrictUtf8(file, Files.newInputStream(file)));
        try {
            parser.setSchema(
                    CsvSchema.emptySchema().withColumnSeparator(separator).withQuoteChar('"'));
            parser.nextToken(); // the array of all rows
            header = header(file);
        } catch (IOException | RuntimeException e) {
            parser.close();
            throw e;
        }
    }

    private List<String> header(Path name) throws IOException {
        List<String> names =
                fields().orElseThrow(
                                () ->
                                        DataException.ofFile(
                                                name,
                                                "it is empty; its first row names the columns",
                                                null));
        Set<String> seen = new HashSet<>();
        for (String column : names) {
            if (!column.isEmpty() && !seen.add(column)) {
                throw new Place(name, row)
                        .fault("column named twice: column=" + column + "; rename one");
            }
        }
        return names;
    }

    @Override
    public Optional<Entry> next() throws IOException {
        Optional<List<String>> next = fields();
        if (next.isEmpty()) {
            return Optional.empty();
        }
        List<String> fields = next.get();
        Place place = new Place(file, row);
        if (fields.size() != header.size()) {
            throw place.fault(
                    "fields="
                            + fields.size()
                            + ", columns="
                            + header.size()
                            + "; quote a text that holds the separator");
        }
        ObjectNode columns = JsonlRecords.object();
        for (int i = 0; i < fields.size(); i++) {
            if (!fields.get(i).isEmpty() && !header.get(i).isEmpty()) {
                columns.put(header.get(i), fields.get(i));
            }
        }
        return Optional.of(new Entry(place, columns));
    }

    /** The fields of the next row that is not blank; {@link #row} is where it begins. */
    private Optional<List<String>> fields() throws IOException {
        try {
            while (parser.nextToken() == JsonToken.START_ARRAY) {
                row = parser.currentLocation().getLineNr();
                List<String> fields = new ArrayList<>();
                while (parser.nextToken() == JsonToken.VALUE_STRING) {
                    fields.add(parser.getText());
                    if (fields.size() > MAX_COLUMNS) {
                        throw new Place(file, row).fault("too many fields: bound=" + MAX_COLUMNS);
                    }
                }
                if (fields.size() > 1 || !fields.getFirst().isBlank()) {
                    return Optional.of(fields);
                }
            }
        } catch (StreamConstraintsException e) {
            throw new Place(file, row)
                    .fault("field too long: bound=" + MAX_ROW_BYTES + " characters; shorten it");
        } catch (StreamReadException e) {
            throw new Place(file, row)
                    .fault(
                            "bad quotes at character="
                                    + parser.currentLocation().getColumnNr()
                                    + " ("
                                    + e.getOriginalMessage()
                                    + "); write a quote within quotes twice");
        }
        return Optional.empty();
    }

    @Override
    public void close() throws IOException {
        parser.close();
    }
}
