package dev.gossamer.client.weights;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The reader of one JSON object that fills a file, or a part of one. */
final class JsonFile {
    /** Two levels more than the deepest file of a model. */
    private static final int MAX_DEPTH = 32;

    /** The index of a thousand shards has 10 MB. */
    private static final long MAX_FILE_BYTES = 64L << 20;

    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    static {
        JSON.getFactory()
                .setStreamReadConstraints(
                        StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build());
    }

    private JsonFile() {}

    /**
     * The object in {@code file}.
     *
     * @throws WeightsFormatException if the file cannot be read or is no JSON object
     */
    static ObjectNode read(Path file) {
        try {
            long size = Files.size(file);
            if (size > MAX_FILE_BYTES) {
                throw new WeightsFormatException(
                        "JSON file too long: file="
                                + file
                                + ", bytes="
                                + size
                                + ", bound="
                                + MAX_FILE_BYTES);
            }
            return parse(Files.readAllBytes(file), file.toString());
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    /** The file cannot be read at all. */
    static WeightsFormatException unreadable(Path file, IOException cause) {
        return new WeightsFormatException(
                "cannot read: file=" + file + " (" + reason(cause) + ")", cause);
    }

    private static String reason(IOException cause) {
        return cause.getClass().getSimpleName() + ": " + cause.getMessage();
    }

    /** The object that is the whole of {@code bytes}. */
    static ObjectNode parse(byte[] bytes, String source) {
        try {
            String text =
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
            JsonNode node = JSON.readTree(text);
            if (node instanceof ObjectNode object) {
                return object;
            }
            throw new WeightsFormatException(
                    "no JSON object: file=" + source + ", found=" + node.getNodeType());
        } catch (CharacterCodingException e) {
            throw new WeightsFormatException("JSON is not UTF-8: file=" + source, e);
        } catch (JacksonException e) {
            throw new WeightsFormatException("broken JSON: file=" + source + place(e), e);
        }
    }

    private static String place(JacksonException e) {
        JsonLocation at = e.getLocation();
        String line = e.getOriginalMessage().lines().findFirst().orElse("");
        return at == null
                ? " (" + line + ")"
                : ", line=" + at.getLineNr() + ", column=" + at.getColumnNr() + " (" + line + ")";
    }
}
