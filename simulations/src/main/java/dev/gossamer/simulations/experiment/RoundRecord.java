package dev.gossamer.simulations.experiment;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.util.OptionalDouble;

/**
 * What one round came to.
 *
 * @param value of the measure, of the global adapter on the public test
 * @param clientMean the measure over all clients' held-out rows
 * @param worstClient the node that does worst on its held-out rows
 * @param bytesUp frame bytes that the coordinator received since the run began
 * @param bytesDown frame bytes that the coordinator sent since the run began
 * @param aggregationError what the mean of an inexact method got wrong, relative to the exact one
 * @param seconds since the run began, as the run's clock says
 */
public record RoundRecord(
        int round,
        Measure measure,
        double value,
        double clientMean,
        String worstClient,
        double worstValue,
        long bytesUp,
        long bytesDown,
        double seconds,
        int reports,
        OptionalDouble aggregationError) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** One JSON object on one line. */
    public String toJson() {
        ObjectNode node = JSON.createObjectNode();
        node.put("round", round);
        node.put(measure.key(), value);
        node.put("clientMean", clientMean);
        node.put("worstClient", worstClient);
        node.put("worst" + measure.title(), worstValue);
        node.put("bytesUp", bytesUp);
        node.put("bytesDown", bytesDown);
        node.put("seconds", seconds);
        node.put("reports", reports);
        aggregationError.ifPresent(error -> node.put("aggregationError", error));
        return node.toString();
    }
}
