package dev.gossamer.client.export;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.gossamer.client.weights.WeightsFormatException;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * An object of a JSON file, whose fields are read with their kinds checked.
 *
 * @param file for messages
 * @param node the object
 */
record JsonFields(Path file, JsonNode node) {
    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    /** Longer than any configuration, short enough to hold. */
    private static final long MAX_BYTES = 64L << 20;

    static {
        JSON.getFactory()
                .setStreamReadConstraints(
                        StreamReadConstraints.builder().maxNestingDepth(64).build());
    }

    /** The object in {@code file}. */
    static JsonFields read(Path file) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new WeightsFormatException(
                        "file is too long: file="
                                + file
                                + ", bytes="
                                + Files.size(file)
                                + ", bound="
                                + MAX_BYTES);
            }
            JsonNode root = JSON.readTree(Files.readAllBytes(file));
            if (!root.isObject()) {
                throw new WeightsFormatException("file holds no JSON object: file=" + file);
            }
            return new JsonFields(file, root);
        } catch (NoSuchFileException e) {
            throw new WeightsFormatException("file is missing: file=" + file, e);
        } catch (JacksonException e) {
            throw new WeightsFormatException(
                    "file is broken JSON: file=" + file + ", " + where(e), e);
        } catch (IOException e) {
            throw new WeightsFormatException("file cannot be read: file=" + file, e);
        }
    }

    private static String where(JacksonException e) {
        if (e.getLocation() == null) {
            return e.getOriginalMessage();
        }
        return "line="
                + e.getLocation().getLineNr()
                + ", column="
                + e.getLocation().getColumnNr()
                + ": "
                + e.getOriginalMessage();
    }

    /** An empty object to fill. */
    static ObjectNode object() {
        return JSON.createObjectNode();
    }

    /** The text of {@code object}, indented by two blanks, with a line end. */
    static byte[] text(ObjectNode object) {
        DefaultIndenter indent = new DefaultIndenter("  ", "\n");
        DefaultPrettyPrinter printer =
                new DefaultPrettyPrinter(
                        Separators.createDefaultInstance()
                                .withObjectFieldValueSpacing(Separators.Spacing.AFTER));
        printer.indentObjectsWith(indent);
        printer.indentArraysWith(indent);
        try {
            return (JSON.writer(printer).writeValueAsString(object) + "\n")
                    .getBytes(StandardCharsets.UTF_8);
        } catch (JacksonException e) {
            throw new IllegalStateException("JSON cannot be written", e);
        }
    }

    /** The object under {@code key}. */
    JsonFields in(String key) {
        JsonNode child = node.path(key);
        if (!child.isObject()) {
            throw bad(key, "an object");
        }
        return new JsonFields(file, child);
    }

    /** The objects under {@code key}. */
    List<JsonFields> objects(String key) {
        List<JsonFields> all = new ArrayList<>();
        for (JsonNode child : array(key)) {
            if (!child.isObject()) {
                throw bad(key, "a list of objects");
            }
            all.add(new JsonFields(file, child));
        }
        return all;
    }

    /** The texts under {@code key}. */
    List<String> texts(String key) {
        List<String> all = new ArrayList<>();
        for (JsonNode child : array(key)) {
            if (!child.isTextual()) {
                throw bad(key, "a list of texts");
            }
            all.add(child.textValue());
        }
        return all;
    }

    private JsonNode array(String key) {
        if (!node.path(key).isArray()) {
            throw bad(key, "a list");
        }
        return node.get(key);
    }

    /** The text under {@code key}. */
    String text(String key) {
        if (!node.path(key).isTextual()) {
            throw bad(key, "a text");
        }
        return node.get(key).textValue();
    }

    /** The whole number of at least 1 under {@code key}. */
    int count(String key) {
        JsonNode value = node.path(key);
        if (!value.isIntegralNumber() || !value.canConvertToInt() || value.intValue() < 1) {
            throw bad(key, "a whole number of at least 1");
        }
        return value.intValue();
    }

    /** The finite number under {@code key}. */
    double number(String key) {
        JsonNode value = node.path(key);
        if (!value.isNumber() || !Double.isFinite(value.doubleValue())) {
            throw bad(key, "a number");
        }
        return value.doubleValue();
    }

    /** The flag under {@code key}, or {@code absent} without one. */
    boolean flag(String key, boolean absent) {
        if (!has(key)) {
            return absent;
        }
        if (!node.get(key).isBoolean()) {
            throw bad(key, "true or false");
        }
        return node.get(key).booleanValue();
    }

    /** Whether there is something other than null under {@code key}. */
    boolean has(String key) {
        return node.hasNonNull(key);
    }

    /** The refusal of what stands under {@code key}. */
    WeightsFormatException bad(String key, String expected) {
        String found = node.has(key) ? node.get(key).toString() : "nothing";
        String shown = found.length() > 80 ? found.substring(0, 80) + "…" : found;
        return new WeightsFormatException(
                "bad field: file=" + file + ", " + key + "=" + shown + ", expected=" + expected);
    }
}
