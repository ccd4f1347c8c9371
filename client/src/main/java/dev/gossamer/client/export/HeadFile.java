package dev.gossamer.client.export;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;

import dev.gossamer.client.adapter.PoolingChoice;
import dev.gossamer.client.adapter.TrainedAdapter;
import dev.gossamer.client.train.Task;
import dev.gossamer.client.weights.SafeTensors;
import dev.gossamer.client.weights.WeightsFormatException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The head of a classifier over a mean or the first token, which no class of transformers has: a
 * safetensors file whose metadata say what it is for.
 */
final class HeadFile {
    /** Its name in a folder. */
    static final String NAME = "head.safetensors";

    private HeadFile() {}

    /** What a file says of itself. */
    static Map<String, String> metadata(TrainedAdapter.Use use) {
        ArrayNode classes = JsonFields.object().putArray("classes");
        use.classes().forEach(classes::add);
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("format", "pt");
        metadata.put("pooling", use.pooling().orElseThrow().key());
        metadata.put("classes", classes.toString());
        metadata.put("max_tokens", String.valueOf(use.maxTokens()));
        return metadata;
    }

    /** The head in {@code folder}, if there is one. */
    static Optional<SafeTensors> read(Path folder) {
        Path file = folder.resolve(NAME);
        return Files.isRegularFile(file) ? Optional.of(SafeTensors.read(file)) : Optional.empty();
    }

    /**
     * What {@code head} says that it is for.
     *
     * @throws WeightsFormatException if it does not say so
     */
    static TrainedAdapter.Use use(SafeTensors head) {
        Map<String, String> metadata = head.metadata();
        try {
            List<String> classes = new ArrayList<>();
            JsonNode list =
                    JsonMapper.builder().build().readTree(metadata.getOrDefault("classes", "[]"));
            list.forEach(name -> classes.add(name.asText()));
            return new TrainedAdapter.Use(
                    Task.SEQUENCE_CLASSIFICATION,
                    PoolingChoice.of(metadata.getOrDefault("pooling", "none")),
                    classes,
                    Integer.parseInt(metadata.getOrDefault("max_tokens", "0")));
        } catch (IOException | IllegalArgumentException e) {
            throw new WeightsFormatException(
                    "bad head: file=" + NAME + ", metadata=" + metadata, e);
        }
    }
}
