package dev.gossamer.client.golden;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.gossamer.client.data.Example;
import dev.gossamer.client.model.Linear;
import dev.gossamer.client.model.Transformer;
import dev.gossamer.client.weights.HuggingFaceFolder;
import dev.gossamer.client.weights.PretrainedModel;
import dev.gossamer.client.weights.SafeTensors;
import dev.gossamer.client.weights.StoredTensor;
import dev.gossamer.protocols.adapter.AdapterLayout;
import dev.gossamer.protocols.adapter.AdapterLayout.Slice;
import dev.gossamer.protocols.adapter.AdapterState;
import dev.gossamer.protocols.adapter.Factor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.StreamSupport;

/** The folder of federated runs that PyTorch computed in double precision. */
final class GoldenFederation {
    private final Path folder = GoldenModel.root().resolve("federated");
    private final JsonNode expected = json(folder.resolve("expected.json"));
    private final SafeTensors inputs = SafeTensors.read(folder.resolve("inputs.safetensors"));
    private final PretrainedModel model =
            HuggingFaceFolder.read(GoldenModel.root().resolve(expected.get("model").textValue()));

    private static JsonNode json(Path file) {
        try {
            return new ObjectMapper().readTree(file.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The names of the runs, as {@code fed-sb-sgd}. */
    List<String> runs() {
        return List.copyOf(
                expected.get("runs").properties().stream().map(e -> e.getKey()).toList());
    }

    /** What stands in {@code expected.json} under {@code path}. */
    JsonNode at(String... path) {
        JsonNode node = expected;
        for (String key : path) {
            node = node.get(key);
        }
        return node;
    }

    PretrainedModel model() {
        return model;
    }

    Transformer base() {
        return model.base();
    }

    int rank() {
        return expected.get("rank").intValue();
    }

    /** The adapted maps, in the order of the base's flow. */
    List<Linear> targets() {
        Set<String> names =
                Set.copyOf(
                        StreamSupport.stream(expected.get("targets").spliterator(), false)
                                .map(JsonNode::textValue)
                                .toList());
        return base().linears().stream()
                .filter(map -> names.contains(qualified(map.name())))
                .toList();
    }

    private String qualified(String map) {
        return base().architecture().prefix() + "." + map;
    }

    /** All of {@code factors} of every target, A before B. */
    AdapterLayout layout(List<Factor> factors) {
        List<Slice> slices = new ArrayList<>();
        for (Linear map : targets()) {
            for (Factor factor : factors) {
                int rows = factor == Factor.B ? map.out() : rank();
                int columns = factor == Factor.A ? map.in() : rank();
                slices.add(new Slice(factor.slice(map.name()), rows, columns));
            }
        }
        return new AdapterLayout(slices);
    }

    /** The values that the runs of {@code kind} ({@code lora}, {@code fed_sb}) begin with. */
    AdapterState start(String kind, AdapterLayout layout) {
        return state(inputs, kind, layout);
    }

    private AdapterState state(SafeTensors tensors, String prefix, AdapterLayout layout) {
        float[] values = new float[layout.size()];
        int at = 0;
        for (Slice slice : layout.slices()) {
            Factor factor = Factor.of(slice.name());
            String target = factor.target(slice.name()).orElseThrow();
            float[] own = tensors.tensor(prefix + "." + qualified(target) + "." + factor).floats();
            System.arraycopy(own, 0, values, at, own.length);
            at += own.length;
        }
        return new AdapterState(layout, values);
    }

    /** The outcomes of {@code run}, round by round. */
    Outcomes outcomes(String run) {
        return new Outcomes(SafeTensors.read(folder.resolve(run + ".safetensors")));
    }

    /** What a run came to. */
    final class Outcomes {
        private final SafeTensors tensors;

        private Outcomes(SafeTensors tensors) {
            this.tensors = tensors;
        }

        /** The global adapter after {@code round}. */
        float[] adapter(int round, AdapterLayout layout) {
            return state(tensors, "round" + round, layout).values();
        }

        /** What was added to the matrix of {@code target} in {@code round}. */
        float[] residual(int round, String target) {
            return tensors.tensor("round" + round + "." + qualified(target) + ".residual").floats();
        }

        /** The logits of all test rows after {@code round}, one after the other. */
        float[] logits(int round) {
            return tensors.tensor("round" + round + ".test_logits").floats();
        }
    }

    /** The rows called {@code name}, without their padding. */
    List<Example> rows(String name) {
        StoredTensor ids = inputs.tensor(name + ".input_ids");
        long[] mask = inputs.tensor(name + ".attention_mask").integers();
        long[] labels = inputs.tensor(name + ".labels").integers();
        int width = Math.toIntExact(ids.shape().getLast());
        List<Example> rows = new ArrayList<>();
        for (int row = 0; row < labels.length; row++) {
            List<Integer> tokens = new ArrayList<>();
            for (int i = row * width; i < (row + 1) * width; i++) {
                if (mask[i] == 1) {
                    tokens.add((int) ids.integers()[i]);
                }
            }
            rows.add(
                    new Example(
                            tokens.stream().mapToInt(Integer::intValue).toArray(),
                            new int[] {(int) labels[row]}));
        }
        return rows;
    }
}
