package dev.gossamer.simulations.experiment;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What one round came to.
 *
 * @param value of the measure, of the global adapter on the public test
 * @param ownRows the same over the clients' held-out rows, where they tell
 * @param bytesUp frame bytes that the coordinator received since the run began
 * @param bytesDown frame bytes that the coordinator sent since the run began
 * @param aggregationError what the mean of an inexact method got wrong, relative to the exact one
 * @param seconds since the run began, as the run's clock says
 */
public record RoundRecord(
        int round,
        Measure measure,
        double value,
        Optional<OwnRows> ownRows,
        long bytesUp,
        long bytesDown,
        double seconds,
        int reports,
        OptionalDouble aggregationError) {
    /**
     * How the clients do on the rows that they hold out.
     *
     * @param mean over all rows of all of them
     * @param worst the node that does worst
     */
    public record OwnRows(double mean, String worst, double worstValue) {}

    private static final ObjectMapper JSON = new ObjectMapper();

    /** One JSON object on one line. */
    public String toJson() {
        ObjectNode node = JSON.createObjectNode();
        node.put("round", round);
        node.put(measure.key(), value);
        ownRows.ifPresent(
                rows -> {
                    node.put("clientMean", rows.mean());
                    node.put("worstClient", rows.worst());
                    node.put("worst" + measure.title(), rows.worstValue());
                });
        node.put("bytesUp", bytesUp);
        node.put("bytesDown", bytesDown);
        node.put("seconds", seconds);
        node.put("reports", reports);
        aggregationError.ifPresent(error -> node.put("aggregationError", error));
        return node.toString();
    }
}
