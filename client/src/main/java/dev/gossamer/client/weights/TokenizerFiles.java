package dev.gossamer.client.weights;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.gossamer.client.text.SpecialTokens;
import dev.gossamer.client.text.Tokenizer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a Hugging Face folder says about text: {@code tokenizer.json}, the special tokens and the
 * chat template.
 *
 * <p>A token that ends a text may be named by the tokeniser, and further ones by their numbers in
 * the configs of the model and of its generation; all of them are stops.
 */
final class TokenizerFiles {
    private final Path folder;
    private final ObjectNode config;

    private TokenizerFiles(Path folder, ObjectNode config) {
        this.folder = folder;
        this.config = config;
    }

    static TokenizerFiles of(Path folder) {
        return new TokenizerFiles(folder, json(folder, "tokenizer_config.json"));
    }

    private static ObjectNode json(Path folder, String name) {
        Path file = folder.resolve(name);
        return Files.isRegularFile(file)
                ? JsonFile.read(file)
                : JsonNodeFactory.instance.objectNode();
    }

    /**
     * The tokeniser, if it was saved.
     *
     * @throws WeightsFormatException if it is malformed
     */
    Optional<Tokenizer> tokenizer() {
        Path file = folder.resolve("tokenizer.json");
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Tokenizer.open(file, specialTokens()));
        } catch (IllegalArgumentException e) {
            throw new WeightsFormatException(e.getMessage(), e);
        }
    }

    private SpecialTokens specialTokens() {
        ObjectNode map = json(folder, "special_tokens_map.json");
        Optional<String> beginning = named("bos_token", map);
        Optional<String> end = named("eos_token", map);
        List<String> stops = new ArrayList<>();
        for (String name : List.of("config.json", "generation_config.json")) {
            JsonNode ids = json(folder, name).path("eos_token_id");
            if (ids.isInt()) {
                content(ids.intValue()).ifPresent(stops::add);
            }
            for (JsonNode id : ids) {
                content(id.asInt(-1)).ifPresent(stops::add);
            }
        }
        return new SpecialTokens(beginning, end, stops);
    }

    private Optional<String> named(String role, ObjectNode map) {
        return text(config.path(role)).or(() -> text(map.path(role)));
    }

    private Optional<String> content(int id) {
        return text(config.path("added_tokens_decoder").path(String.valueOf(id)));
    }

    /** A token is its text, or an object with the text and how it is split off. */
    private static Optional<String> text(JsonNode token) {
        JsonNode text = token.isObject() ? token.path("content") : token;
        return text.isTextual() ? Optional.of(text.textValue()) : Optional.empty();
    }

    /** The chat template; a file of its own goes before the config, as in the library. */
    Optional<String> chatTemplate() {
        Path own = folder.resolve("chat_template.jinja");
        if (!Files.isRegularFile(own)) {
            return template(config.path("chat_template"));
        }
        try {
            return Optional.of(Files.readString(own));
        } catch (IOException e) {
            throw JsonFile.unreadable(own, e);
        }
    }

    /** One template, or several by name, of which {@code default} counts. */
    private static Optional<String> template(JsonNode node) {
        if (node.isTextual()) {
            return Optional.of(node.textValue());
        }
        for (JsonNode named : node) {
            if (named.path("name").asText().equals("default")) {
                return text(named.path("template"));
            }
        }
        return Optional.empty();
    }
}
