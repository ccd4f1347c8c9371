package dev.gossamer.simulations.experiment;

/**
 * What one round came to.
 *
 * @param accuracy of the global adapter on the public test, 0 to 1
 * @param clientMean of the clients' held-out accuracies, weighted by rows
 * @param worstClient the node with the lowest held-out accuracy
 * @param bytesUp frame bytes that the coordinator received since the run began
 * @param bytesDown frame bytes that the coordinator sent since the run began
 * @param seconds since the run began, as the run's clock says
 */
public record RoundRecord(
        int round,
        double accuracy,
        double clientMean,
        String worstClient,
        double worstAccuracy,
        long bytesUp,
        long bytesDown,
        double seconds,
        int reports) {}
