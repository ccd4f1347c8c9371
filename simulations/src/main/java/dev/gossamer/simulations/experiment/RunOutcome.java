package dev.gossamer.simulations.experiment;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.util.List;
import java.util.OptionalDouble;

/**
 * The result of a whole run with its baselines: what {@code --json} prints and the report draws.
 */
public record RunOutcome(
        String name,
        Measure measure,
        List<RoundRecord> rounds,
        Arms arms,
        Bytes bytes,
        double seconds,
        double baselineSeconds,
        String adapterDigest) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** An outcome of at least one round. */
    public RunOutcome {
        rounds = List.copyOf(rounds);
        if (rounds.isEmpty()) {
            throw new IllegalArgumentException("a run needs a finished round: rounds=0");
        }
    }

    /**
     * The measure of each arm on the public test; the baselines are empty where they were left out.
     *
     * @param frozen of a probe on the frozen base, or of the base as it is
     */
    public record Arms(
            double federated,
            OptionalDouble frozen,
            OptionalDouble bestClient,
            OptionalDouble centralised) {
        /** The federation without baselines. */
        public static Arms alone(double federated) {
            OptionalDouble none = OptionalDouble.empty();
            return new Arms(federated, none, none, none);
        }
    }

    /**
     * Bytes on the wire.
     *
     * @param up received by the coordinator, all frames
     * @param down sent by the coordinator, all frames
     * @param basis the part of both that carried the basis
     * @param loraFedAvg what FedAvg of LoRA r=8 on the same matrices would have sent, both ways
     */
    public record Bytes(long up, long down, long basis, long loraFedAvg) {}

    /** Whether federated training beat the frozen base and the best single client. */
    public boolean succeeded() {
        return beats(arms.frozen()) && beats(arms.bestClient());
    }

    private boolean beats(OptionalDouble baseline) {
        return baseline.isEmpty() || measure.better(arms.federated(), baseline.getAsDouble());
    }

    /** Whether it did, in a sentence; that there is nothing to compare with, where there is not. */
    public String verdict() {
        if (arms.frozen().isEmpty()) {
            return "The baselines were left out.";
        }
        return succeeded()
                ? "Federated training beat the "
                        + measure.frozenName()
                        + " and the best client alone."
                : "Federated training did NOT beat both baselines.";
    }

    /** One JSON object on one line. */
    public String toJson() {
        ObjectNode root = JSON.createObjectNode();
        ObjectNode scores = root.putObject(measure.key());
        scores.put("federated", arms.federated());
        putOptional(scores, measure.frozenKey(), arms.frozen());
        putOptional(scores, "bestClient", arms.bestClient());
        putOptional(scores, "centralised", arms.centralised());
        ObjectNode traffic = root.putObject("bytes");
        traffic.put("up", bytes.up());
        traffic.put("down", bytes.down());
        traffic.put("basis", bytes.basis());
        traffic.put("loraFedAvg", bytes.loraFedAvg());
        root.put("seconds", seconds);
        root.put("baselineSeconds", baselineSeconds);
        root.put("adapterDigest", adapterDigest);
        return root.toString();
    }

    private static void putOptional(ObjectNode node, String key, OptionalDouble value) {
        if (value.isPresent()) {
            node.put(key, value.getAsDouble());
        } else {
            node.putNull(key);
        }
    }
}
