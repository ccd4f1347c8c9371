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
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The rows of a JSON Lines file: one object a line; blank lines are ignored. */
final class JsonlRecords implements RecordReader {
    private static final int MAX_NESTING = 32;

    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    static {
        JSON.getFactory()
                .setStreamReadConstraints(
                        StreamReadConstraints.builder().maxNestingDepth(MAX_NESTING).build());
    }

    private final Path file;
    private final InputStream in;
    private int row;

    /** Opens {@code file}. */
    JsonlRecords(Path file) throws IOException {
        this.file = file;
        in = new BufferedInputStream(Files.newInputStream(file));
    }

    /** What {@code text} says in JSON, as strictly as a line is read. */
    static JsonNode parse(String text) throws JacksonException {
        return JSON.readTree(text);
    }

    /** A new object of columns. */
    static ObjectNode object() {
        return JSON.createObjectNode();
    }

    @Override
    public Optional<Entry> next() throws IOException {
        Optional<byte[]> line = nextLine();
        while (line.isPresent()) {
            Place place = new Place(file, row);
            String text = decode(place, line.get());
            if (row == 1 && text.startsWith("\uFEFF")) {
                text = text.substring(1);
            }
            if (!text.isBlank()) {
                return Optional.of(new Entry(place, parse(place, text)));
            }
            line = nextLine();
        }
        return Optional.empty();
    }

    private Optional<byte[]> nextLine() throws IOException {
        int next = in.read();
        if (next < 0) {
            return Optional.empty();
        }
        row++;
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        while (next >= 0 && next != '\n') {
            line.write(next);
            if (line.size() > MAX_ROW_BYTES) {
                throw new Place(file, row)
                        .fault(
                                "line too long: bound="
                                        + MAX_ROW_BYTES
                                        + " bytes; write one object a line");
            }
            next = in.read();
        }
        return Optional.of(line.toByteArray());
    }

    private static String decode(Place place, byte[] line) {
        ByteBuffer bytes = ByteBuffer.wrap(line);
        CharBuffer text = CharBuffer.allocate(line.length);
        CoderResult result = StandardCharsets.UTF_8.newDecoder().decode(bytes, text, true);
        if (result.isError()) {
            throw place.fault(
                    "not UTF-8 at byte=" + (bytes.position() + 1) + "; save the file as UTF-8");
        }
        return text.flip().toString();
    }

    private static ObjectNode parse(Place place, String line) {
        try {
            if (parse(line) instanceof ObjectNode object) {
                return object;
            }
        } catch (JacksonException e) {
            throw place.fault(
                    "not JSON at character="
                            + (e.getLocation() == null ? 0 : e.getLocation().getColumnNr())
                            + " ("
                            + e.getOriginalMessage()
                            + "); write one JSON object a line");
        }
        throw place.fault("not a JSON object; write {\"text\": ...}");
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
