package dev.gossamer.client.golden;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.gossamer.client.adapter.Adapter;
import dev.gossamer.client.adapter.Adapter.Kind;
import dev.gossamer.client.adapter.Adapter.Target;
import dev.gossamer.client.adapter.TrainedAdapter;
import dev.gossamer.client.data.Example;
import dev.gossamer.client.export.PeftReader;
import dev.gossamer.client.model.Head;
import dev.gossamer.client.model.Linear;
import dev.gossamer.client.model.Transformer;
import dev.gossamer.client.weights.HuggingFaceFolder;
import dev.gossamer.client.weights.PretrainedModel;
import dev.gossamer.client.weights.SafeTensors;
import dev.gossamer.client.weights.StoredTensor;
import dev.gossamer.protocols.adapter.AdapterLayout.Slice;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** A folder of a stock model with what PyTorch computed on it in double precision. */
final class GoldenModel {
    /** What the folders' steps of LoRA were taken with; those of R had none. */
    private static final double WEIGHT_DECAY = 0.01;

    private final Path folder;
    private final PretrainedModel model;
    private final JsonNode expected;
    private final SafeTensors tensors;

    private GoldenModel(Path folder) {
        this.folder = folder;
        model = HuggingFaceFolder.read(folder);
        expected = json(folder.resolve("expected.json"));
        tensors = SafeTensors.read(folder.resolve("expected.safetensors"));
    }

    /** Where the golden data lie: in the resources, or where a system property says. */
    static Path root() {
        return Path.of(System.getProperty("gossamer.golden", "src/test/resources/golden"));
    }

    /** Every folder of a model below the root. */
    static List<Path> folders() throws IOException {
        try (Stream<Path> folders = Files.list(root().resolve("models"))) {
            return folders.filter(Files::isDirectory).sorted().toList();
        }
    }

    static GoldenModel read(Path folder) {
        return new GoldenModel(folder);
    }

    private static JsonNode json(Path file) {
        try {
            return new ObjectMapper().readTree(file.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Transformer base() {
        return model.base();
    }

    Head head() {
        return model.head().orElseThrow();
    }

    double number(String name) {
        return expected.get(name).doubleValue();
    }

    double[] numbers(String name) {
        return StreamSupport.stream(expected.get(name).spliterator(), false)
                .mapToDouble(JsonNode::doubleValue)
                .toArray();
    }

    float[] floats(String name) {
        return tensors.tensor(name).floats();
    }

    /** The rows of the batch without their padding. */
    List<Example> rows() {
        StoredTensor ids = tensors.tensor("input_ids");
        int width = Math.toIntExact(ids.shape().getLast());
        long[] labels = tensors.tensor("labels").integers();
        List<Example> rows = new ArrayList<>();
        for (int row = 0; row < ids.shape().getFirst(); row++) {
            int[] tokens = unpadded(ids.integers(), row, width);
            rows.add(
                    new Example(
                            tokens,
                            head() instanceof Head.SequenceClassifier
                                    ? new int[] {(int) labels[row]}
                                    : unpadded(labels, row, width)));
        }
        return rows;
    }

    private int[] unpadded(long[] values, int row, int width) {
        return Arrays.stream(places(row, width)).map(place -> (int) values[place]).toArray();
    }

    /** Where the row's own tokens stand within the padded batch. */
    private int[] places(int row, int width) {
        long[] mask = tensors.tensor("attention_mask").integers();
        return IntStream.range(row * width, (row + 1) * width)
                .filter(place -> mask[place] == 1)
                .toArray();
    }

    /** The logits called {@code name} of each row, without those of the padding. */
    List<float[]> logits(String name) {
        StoredTensor stored = tensors.tensor(name);
        float[] all = stored.floats();
        int rows = Math.toIntExact(stored.shape().getFirst());
        int classes = Math.toIntExact(stored.shape().getLast());
        int width = all.length / rows / classes;
        List<float[]> logits = new ArrayList<>();
        for (int row = 0; row < rows; row++) {
            int[] places =
                    head() instanceof Head.SequenceClassifier
                            ? new int[] {row}
                            : places(row, width);
            float[] own = new float[places.length * classes];
            for (int i = 0; i < places.length; i++) {
                System.arraycopy(all, places[i] * classes, own, i * classes, classes);
            }
            logits.add(own);
        }
        return logits;
    }

    /** The adapter of a stock PEFT folder, with all that it trains of the head. */
    GoldenAdapter lora() {
        TrainedAdapter trained = PeftReader.read(folder.resolve("adapter"), model);
        return new GoldenAdapter(
                "lora",
                trained.adapter(),
                Set.copyOf(trained.trainedHead()),
                WEIGHT_DECAY,
                slice -> trained.slice(slice.name()),
                slice -> floats("lora.grad." + peftName(slice)),
                slice -> floats("lora.after5." + peftName(slice)));
    }

    /** The adapter whose R is trained between the factors that the folder holds. */
    GoldenAdapter loraSb() {
        return new GoldenAdapter(
                "lora_sb",
                new Adapter(Kind.R_ONLY, coreTargets()),
                Set.of(),
                0,
                slice -> floats("lora_sb." + qualified(slice.name())),
                slice -> floats("lora_sb." + qualified(ofTarget(slice) + ".gradR")),
                slice -> floats("lora_sb.after5." + qualified(slice.name())));
    }

    private Target onlyCoreTrained(Linear map) {
        StoredTensor a = tensors.tensor("lora_sb." + qualified(map.name()) + ".A");
        return new Target(
                map.name(),
                Math.toIntExact(a.shape().getFirst()),
                map.in(),
                map.out(),
                1,
                Optional.of(a.floats()),
                Optional.of(floats("lora_sb." + qualified(map.name()) + ".B")));
    }

    /** Each row's gradient of R, one after the other. */
    float[] exampleGradients(Slice slice) {
        return floats("lora_sb." + qualified(ofTarget(slice) + ".exampleGradR"));
    }

    private static String ofTarget(Slice slice) {
        return slice.name().substring(0, slice.name().lastIndexOf('.'));
    }

    private List<Target> coreTargets() {
        List<String> names =
                StreamSupport.stream(expected.get("targets").spliterator(), false)
                        .map(JsonNode::textValue)
                        .toList();
        return base().linears().stream()
                .filter(map -> names.contains(qualified(map.name())))
                .map(this::onlyCoreTrained)
                .toList();
    }

    private String qualified(String map) {
        return base().architecture().prefix() + "." + map;
    }

    /** PEFT's name of a slice: the head's have no adapter, and are named as they are. */
    private String peftName(Slice slice) {
        boolean factor = slice.name().endsWith(".lora_A") || slice.name().endsWith(".lora_B");
        return "base_model.model." + (factor ? qualified(slice.name()) + ".weight" : slice.name());
    }
}
