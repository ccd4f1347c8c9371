package dev.gossamer.simulations.compare;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.util.OptionalDouble;

/**
 * What a cell came to: one line of the log.
 *
 * @param key of the cell
 * @param value of the measure on the rows that were scored; empty where the run failed
 * @param aggregationError relative, over all rounds; empty where it was not looked at
 * @param seconds of this machine's time
 */
record CellResult(
        String key,
        String arm,
        Rate rate,
        long seed,
        String scored,
        String outcome,
        OptionalDouble value,
        Bytes bytes,
        OptionalDouble aggregationError,
        double seconds) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * Frame bytes at the coordinator, of all clients together.
     *
     * @param up received
     * @param down sent
     * @param basisUp the part of {@code up} that carried the basis
     * @param basisDown the part of {@code down} that did
     */
    record Bytes(long up, long down, long basisUp, long basisDown) {}

    /** One JSON object on one line. */
    String toJson() {
        ObjectNode node = JSON.createObjectNode();
        node.put("key", key);
        node.put("arm", arm);
        node.put("rate", rate.client());
        putOptional(node, "serverRate", rate.server());
        node.put("seed", seed);
        node.put("scored", scored);
        node.put("outcome", outcome);
        putOptional(node, "value", value);
        node.put("bytesUp", bytes.up());
        node.put("bytesDown", bytes.down());
        node.put("basisUp", bytes.basisUp());
        node.put("basisDown", bytes.basisDown());
        putOptional(node, "aggregationError", aggregationError);
        node.put("seconds", seconds);
        return node.toString();
    }

    private static void putOptional(ObjectNode node, String key, OptionalDouble value) {
        if (value.isPresent()) {
            node.put(key, value.getAsDouble());
        } else {
            node.putNull(key);
        }
    }

    /**
     * The result in a line that {@link #toJson} wrote.
     *
     * @throws IllegalArgumentException if the line is no such one
     */
    static CellResult parse(String line) {
        try {
            JsonNode node = JSON.readTree(line);
            return new CellResult(
                    node.required("key").asText(),
                    node.required("arm").asText(),
                    new Rate(node.required("rate").asDouble(), optional(node, "serverRate")),
                    node.required("seed").asLong(),
                    node.required("scored").asText(),
                    node.required("outcome").asText(),
                    optional(node, "value"),
                    new Bytes(
                            node.required("bytesUp").asLong(),
                            node.required("bytesDown").asLong(),
                            node.required("basisUp").asLong(),
                            node.required("basisDown").asLong()),
                    optional(node, "aggregationError"),
                    node.required("seconds").asDouble());
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not a line of cells: " + e.getOriginalMessage(), e);
        }
    }

    private static OptionalDouble optional(JsonNode node, String key) {
        JsonNode value = node.required(key);
        return value.isNull() ? OptionalDouble.empty() : OptionalDouble.of(value.asDouble());
    }
}
