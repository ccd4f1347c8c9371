package dev.gossamer.client.export;

import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.gossamer.client.adapter.Heads;
import dev.gossamer.client.adapter.LowRankUpdate;
import dev.gossamer.client.adapter.PoolingChoice;
import dev.gossamer.client.adapter.TrainedAdapter;
import dev.gossamer.client.model.Architecture;
import dev.gossamer.client.model.Head;
import dev.gossamer.client.model.Linear;
import dev.gossamer.client.weights.FloatMatrix;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The writer of adapters of every kind as stock LoRA for PEFT.
 *
 * <p>Where R is trained, B R and A are written with alpha = rank; where a part of the base was
 * replaced, the difference, with twice the rank. A head of Hugging Face's own is stored whole in
 * {@code modules_to_save}; one over a mean or the first token is a file beside an adapter of the
 * bare base, and the model card says in ten lines of Python how the two are used.
 */
public final class PeftWriter {
    private static final String ROOT = "base_model.model.";

    private final TrainedAdapter trained;
    private final Architecture architecture;
    private final Head head;

    private PeftWriter(TrainedAdapter trained, Architecture architecture, Head head) {
        this.trained = trained;
        this.architecture = architecture;
        this.head = head;
    }

    /**
     * Writes a new folder.
     *
     * @param architecture of the base
     * @param head that was attached with the adapter
     * @throws IllegalArgumentException if there is something at {@code folder} already
     * @throws java.io.UncheckedIOException naming the folder
     */
    public static void write(
            Path folder, TrainedAdapter trained, Architecture architecture, Head head) {
        PeftWriter writer = new PeftWriter(trained, architecture, head);
        FolderWriter.create(folder, writer::writeFiles);
    }

    private void writeFiles(Path folder) throws IOException {
        List<LowRankUpdate> updates = trained.updates();
        Files.write(folder.resolve("adapter_config.json"), JsonFields.text(config(updates)));
        SafeTensorsWriter.write(
                folder.resolve("adapter_model.safetensors"),
                tensors(updates),
                Map.of("format", "pt"));
        if (isBare()) {
            SafeTensorsWriter.write(
                    folder.resolve(HeadFile.NAME),
                    headTensors(""),
                    HeadFile.metadata(trained.use()));
        }
        String card = new ModelCard(trained, updates, isBare()).text();
        Files.write(folder.resolve("README.md"), card.getBytes(StandardCharsets.UTF_8));
    }

    /** Whether the adapter is one of the bare base, as no class of transformers has the head. */
    private boolean isBare() {
        return trained.use().pooling().filter(p -> p != PoolingChoice.HEAD).isPresent();
    }

    private String prefix() {
        return isBare() ? "" : architecture.prefix() + ".";
    }

    private ObjectNode config(List<LowRankUpdate> updates) {
        Map<String, Double> alphas = new LinkedHashMap<>();
        Map<String, Integer> ranks = new LinkedHashMap<>();
        for (LowRankUpdate update : updates) {
            ranks.put(prefix() + update.name(), update.rank());
            alphas.put(prefix() + update.name(), alpha(update.scaling(), update.rank()));
        }
        int rank = commonest(ranks);
        double alpha = commonest(alphas);
        ObjectNode config = JsonFields.object();
        config.put("base_model_name_or_path", trained.base().name());
        config.put("bias", "none");
        config.put("fan_in_fan_out", architecture.family().equals("gpt2"));
        config.put("inference_mode", true);
        config.put("init_lora_weights", true);
        put(config, "lora_alpha", alpha);
        config.put("lora_dropout", 0.0);
        List<String> saved = modulesToSave();
        if (saved.isEmpty()) {
            config.putNull("modules_to_save");
        } else {
            saved.forEach(config.putArray("modules_to_save")::add);
        }
        config.put("peft_type", "LORA");
        config.put("r", rank);
        ObjectNode rankPattern = config.putObject("rank_pattern");
        ranks.forEach((name, own) -> putUnless(rankPattern, name, own, rank));
        ObjectNode alphaPattern = config.putObject("alpha_pattern");
        alphas.forEach((name, own) -> putUnless(alphaPattern, name, own, alpha));
        new TreeSet<>(ranks.keySet()).forEach(config.putArray("target_modules")::add);
        config.put("task_type", taskType());
        config.put("use_dora", false);
        config.put("use_rslora", false);
        return config;
    }

    /** The alpha that gives the very scaling when it is divided by the rank. */
    private static double alpha(double scaling, int rank) {
        double alpha = scaling * rank;
        for (double near : new double[] {Math.nextUp(alpha), Math.nextDown(alpha)}) {
            if (alpha / rank != scaling && near / rank == scaling) {
                return near;
            }
        }
        return alpha;
    }

    private static <T extends Comparable<T>> T commonest(Map<String, T> values) {
        Map<T, Long> counts =
                values.values().stream()
                        .collect(
                                Collectors.groupingBy(
                                        Function.identity(), TreeMap::new, Collectors.counting()));
        return counts.entrySet().stream()
                .max(Comparator.comparing(Map.Entry::getValue))
                .orElseThrow()
                .getKey();
    }

    private static void putUnless(ObjectNode node, String name, double value, double common) {
        if (value != common) {
            put(node, name, value);
        }
    }

    /** PEFT takes alpha for a whole number where it is one. */
    private static void put(ObjectNode node, String name, double value) {
        if (value == Math.rint(value) && Math.abs(value) < Integer.MAX_VALUE) {
            node.put(name, (int) value);
        } else {
            node.put(name, value);
        }
    }

    private String taskType() {
        boolean saved = !trained.trainedHead().isEmpty();
        return switch (trained.use().task()) {
            case SEQUENCE_CLASSIFICATION ->
                    isBare() ? "FEATURE_EXTRACTION" : saved ? "SEQ_CLS" : null;
            case TOKEN_CLASSIFICATION -> saved ? "TOKEN_CLS" : null;
            case CAUSAL_LM -> "CAUSAL_LM";
            case MASKED_LM -> null;
        };
    }

    /** The modules of the whole model that are stored, each once; RoBERTa's head is one. */
    private List<String> modulesToSave() {
        if (isBare()) {
            return List.of();
        }
        return storedMaps().stream().map(map -> module(map.name())).distinct().toList();
    }

    private static String module(String map) {
        return map.startsWith("classifier.") ? "classifier" : map;
    }

    /** The trained maps of the head, and those that PEFT wraps with one. */
    private List<Linear> storedMaps() {
        List<String> modules =
                trained.trainedHead().stream().map(PeftWriter::module).distinct().toList();
        return Heads.linears(head).stream()
                .filter(map -> modules.stream().anyMatch(end -> isWrapped(map.name(), end)))
                .toList();
    }

    /** PEFT wraps every module whose name ends so: with {@code classifier} a pre_classifier too. */
    private static boolean isWrapped(String map, String end) {
        return map.endsWith(end) || map.contains(end + ".");
    }

    private List<SafeTensorsWriter.Tensor> tensors(List<LowRankUpdate> updates) {
        List<SafeTensorsWriter.Tensor> tensors = new ArrayList<>();
        for (LowRankUpdate update : updates) {
            String name = ROOT + prefix() + update.name();
            tensors.add(
                    SafeTensorsWriter.Tensor.of(
                            name + ".lora_A.weight",
                            FloatMatrix.of(update.a(), update.rank(), update.in())));
            tensors.add(
                    SafeTensorsWriter.Tensor.of(
                            name + ".lora_B.weight",
                            FloatMatrix.of(update.b(), update.out(), update.rank())));
        }
        if (!isBare()) {
            tensors.addAll(headTensors(ROOT));
        }
        tensors.sort(Comparator.comparing(SafeTensorsWriter.Tensor::name));
        return tensors;
    }

    private List<SafeTensorsWriter.Tensor> headTensors(String root) {
        List<SafeTensorsWriter.Tensor> tensors = new ArrayList<>();
        Head valued = trained.applyTo(head);
        List<String> stored = storedMaps().stream().map(Linear::name).toList();
        for (Linear map : Heads.linears(valued)) {
            if (stored.contains(map.name())) {
                tensors.add(
                        SafeTensorsWriter.Tensor.of(root + map.name() + ".weight", map.weight()));
                map.bias()
                        .ifPresent(
                                bias ->
                                        tensors.add(
                                                SafeTensorsWriter.Tensor.of(
                                                        root + map.name() + ".bias", bias)));
            }
        }
        return tensors;
    }
}
