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
        List<RoundRecord> rounds,
        Accuracy accuracy,
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

    /** Accuracy on the public test, 0 to 1; the baselines are empty where they were left out. */
    public record Accuracy(
            double federated,
            OptionalDouble frozenProbe,
            OptionalDouble bestClient,
            OptionalDouble centralised) {}

    /**
     * Bytes on the wire.
     *
     * @param up received by the coordinator, all frames
     * @param down sent by the coordinator, all frames
     * @param basis the part of both that carried the basis
     * @param loraFedAvg what FedAvg of LoRA r=8 on the same matrices would have sent, both ways
     */
    public record Bytes(long up, long down, long basis, long loraFedAvg) {}

    /** Whether federated training beat the frozen probe and the best single client. */
    public boolean succeeded() {
        return accuracy.frozenProbe().orElse(0) < accuracy.federated()
                && accuracy.bestClient().orElse(0) < accuracy.federated();
    }

    /** One JSON object on one line. */
    public String toJson() {
        ObjectNode root = JSON.createObjectNode();
        ObjectNode scores = root.putObject("accuracy");
        scores.put("federated", accuracy.federated());
        putOptional(scores, "frozenProbe", accuracy.frozenProbe());
        putOptional(scores, "bestClient", accuracy.bestClient());
        putOptional(scores, "centralised", accuracy.centralised());
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
