package dev.gossamer.client.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.gossamer.client.adapter.Adapter;
import dev.gossamer.client.adapter.AdapterStart;
import dev.gossamer.client.adapter.BaseFingerprint;
import dev.gossamer.client.adapter.Initialisation;
import dev.gossamer.client.adapter.NewHead;
import dev.gossamer.client.adapter.PoolingChoice;
import dev.gossamer.client.adapter.TargetSelector;
import dev.gossamer.client.adapter.TrainedAdapter;
import dev.gossamer.client.data.Example;
import dev.gossamer.client.tensor.Workers;
import dev.gossamer.client.text.GoldenTensors;
import dev.gossamer.client.train.Task;
import dev.gossamer.client.weights.HuggingFaceFolder;
import dev.gossamer.client.weights.PretrainedModel;
import dev.gossamer.client.weights.SafeTensors;
import dev.gossamer.client.weights.WeightsFormatException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

final class PeftFolderTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir Path temporary;

    @ParameterizedTest
    @EnumSource(Adapter.Kind.class)
    void write_ofAnyKind_isReadAsWhatItComputes(Adapter.Kind kind) throws IOException {
        PretrainedModel base = base("llama");
        TrainedAdapter adapter =
                RandomAdapters.trained(base, kind, Task.CAUSAL_LM, Optional.empty(), 0);

        write(base, adapter);
        TrainedAdapter read = PeftReader.read(out(), base);

        assertEquals(Adapter.Kind.LORA, read.adapter().kind());
        GoldenAdapters.assertLogits(
                GoldenAdapters.logits(base, adapter, rows("llama")),
                GoldenAdapters.logits(base, read, rows("llama")),
                1e-5f);
    }

    @ParameterizedTest
    @EnumSource(PoolingChoice.class)
    void write_ofAnyPooling_keepsTheHead(PoolingChoice pooling) throws IOException {
        PretrainedModel base = base("bert-sequence");
        TrainedAdapter adapter =
                RandomAdapters.trained(
                        base,
                        Adapter.Kind.LORA,
                        Task.SEQUENCE_CLASSIFICATION,
                        Optional.of(pooling),
                        4);

        write(base, adapter);
        TrainedAdapter read = PeftReader.read(out(), base);

        assertEquals(adapter.state().digest(), read.state().digest());
        assertEquals(pooling, read.use().pooling().orElseThrow());
        assertEquals(4, read.use().classes().size());
        assertEquals(
                pooling != PoolingChoice.HEAD, Files.exists(out().resolve("head.safetensors")));
    }

    @ParameterizedTest
    @CsvSource({
        "roberta-sequence, classifier",
        "distilbert-sequence, 'pre_classifier,classifier'",
        "bert-token, classifier",
        "bert-sequence, classifier",
        "llama, score",
        "gpt2, score"
    })
    void write_ofHuggingFacesOwnHead_savesItsModules(String name, String modules)
            throws IOException {
        PretrainedModel base = base(name);
        boolean tokens = name.equals("bert-token");
        TrainedAdapter adapter =
                RandomAdapters.trained(
                        base,
                        Adapter.Kind.LORA,
                        tokens ? Task.TOKEN_CLASSIFICATION : Task.SEQUENCE_CLASSIFICATION,
                        tokens ? Optional.empty() : Optional.of(PoolingChoice.HEAD),
                        5);

        write(base, adapter);
        TrainedAdapter read = PeftReader.read(out(), base);

        assertEquals(adapter.state().digest(), read.state().digest());
        List<String> saved = new ArrayList<>();
        config(out()).get("modules_to_save").forEach(module -> saved.add(module.textValue()));
        assertEquals(List.of(modules.split(",", -1)), saved);
    }

    @ParameterizedTest
    @CsvSource({"llama, score", "gpt2, classifier"})
    void write_ofDecodersTokenHead_isReadAsOne(String name, String module) throws IOException {
        PretrainedModel base = base(name);
        TrainedAdapter adapter =
                RandomAdapters.trained(
                        base, Adapter.Kind.LORA, Task.TOKEN_CLASSIFICATION, Optional.empty(), 5);

        write(base, adapter);
        TrainedAdapter read = PeftReader.read(out(), base);

        assertEquals(adapter.state().digest(), read.state().digest());
        assertEquals(Task.TOKEN_CLASSIFICATION, read.use().task());
        assertEquals(List.of(module), read.trainedHead());
    }

    @Test
    void write_ofReplacedBase_holdsTheDifference() throws IOException {
        PretrainedModel base = base("llama");
        List<TargetSelector.Choice> choices =
                new TargetSelector(List.of("query", "down"), 3).select(base.base());
        AdapterStart start;
        try (Workers workers = new Workers(1)) {
            start = Initialisation.pissa(choices, 6, workers);
        }
        TrainedAdapter untrained =
                new TrainedAdapter(
                        new TrainedAdapter.Base("tiny", BaseFingerprint.of(base.base())),
                        new TrainedAdapter.Use(Task.CAUSAL_LM, Optional.empty(), List.of(), 40),
                        start.adapter(),
                        List.of(),
                        start.state(List.of(), new float[0]),
                        Optional.of(start));

        write(base, untrained);
        TrainedAdapter read = PeftReader.read(out(), base);
        Path own = temporary.resolve("own");
        AdapterFolder.write(own, untrained);

        assertEquals(6, read.adapter().targets().getFirst().rank());
        GoldenTensors golden =
                GoldenTensors.read(GoldenAdapters.model("llama").resolve("expected.safetensors"));
        GoldenAdapters.assertLogits(
                golden, "logits", GoldenAdapters.logits(base, read, rows("llama")));
        assertEquals(untrained.updates().size(), AdapterFolder.read(own).updates().size());
        assertEquals(
                List.of(6, 6, 6, 6),
                AdapterFolder.read(own).updates().stream().map(update -> update.rank()).toList());
    }

    @Test
    void write_ofSeveralRanks_statesPatterns() throws IOException {
        PretrainedModel base = base("llama");
        List<TargetSelector.Choice> choices =
                new TargetSelector(List.of("query", "down"), 3, Map.of("down", 5))
                        .select(base.base());
        AdapterStart start = Initialisation.kaiming(choices, Adapter.Kind.LORA, 7, 1);
        TrainedAdapter adapter =
                RandomAdapters.adapter(base, start, Task.CAUSAL_LM, Optional.empty(), List.of());

        write(base, adapter);
        TrainedAdapter read = PeftReader.read(out(), base);

        assertEquals(adapter.state().digest(), read.state().digest());
        assertEquals(
                adapter.adapter().targets().stream().map(Adapter.Target::scaling).toList(),
                read.adapter().targets().stream().map(Adapter.Target::scaling).toList());
        assertEquals(2, config(out()).get("rank_pattern").size());
    }

    @ParameterizedTest
    @CsvSource({"true, 4.0", "false, 2.0"})
    void read_ofRankStabilised_dividesByTheRoot(boolean stabilised, double scaling)
            throws IOException {
        Path folder = edited("llama", config -> config.put("use_rslora", stabilised));

        TrainedAdapter read = PeftReader.read(folder, base("llama"));

        assertEquals(scaling, read.adapter().targets().getFirst().scaling());
    }

    @Test
    void read_ofAlphaPattern_givesTheFirstThatMatches() throws IOException {
        Path folder =
                edited(
                        "llama",
                        config ->
                                config.putObject("alpha_pattern")
                                        .put("layers.1.self_attn.q_proj", 32)
                                        .put("self_attn\\..*", 16));

        List<Adapter.Target> targets = PeftReader.read(folder, base("llama")).adapter().targets();

        assertEquals(8, scaling(targets, "layers.1.self_attn.q_proj"));
        assertEquals(4, scaling(targets, "layers.0.self_attn.q_proj"));
        assertEquals(2, scaling(targets, "layers.0.mlp.up_proj"));
    }

    @Test
    void read_ofTargetsInEveryForm_takesThem() throws IOException {
        List<Consumer<ObjectNode>> forms =
                List.of(
                        config -> config.put("target_modules", "all-linear"),
                        config -> config.put("target_modules", ".*\\.(self_attn|mlp)\\..*"),
                        config ->
                                config.putArray("target_modules")
                                        .add("q_proj")
                                        .add("k_proj")
                                        .add("v_proj")
                                        .add("o_proj")
                                        .add("gate_proj")
                                        .add("up_proj")
                                        .add("down_proj"),
                        config -> config.putArray("layers_to_transform").add(0).add(1));
        for (Consumer<ObjectNode> form : forms) {
            Path folder = edited("llama", form);

            assertEquals(14, PeftReader.read(folder, base("llama")).adapter().targets().size());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "peft_type | `\"IA3\"` | peft_type=\"IA3\", expected=LORA",
                "use_dora | true | use_dora=true, expected=false: DoRA is not there",
                "lora_bias | true | lora_bias=true",
                "bias | `\"all\"` | bias=\"all\", expected=none",
                "trainable_token_indices | [1] | trained embeddings are not there",
                "init_lora_weights | `\"pissa\"` | init_lora_weights=\"pissa\"",
                "use_qalora | true | use_qalora=true",
                "target_parameters | [\"x\"] | target_parameters=[\"x\"]",
                "layer_replication | [[0,1]] | layer_replication=[[0,1]]",
                "alora_invocation_tokens | [1] | alora_invocation_tokens=[1]",
                "r | 0 | r=0, expected=a whole number of at least 1",
                "r | 5 | wrong shape",
                "rank_pattern | `{\"q_proj\": 99}` | rank=99, bound=32",
                "target_modules | `\"(\"` | bad pattern",
                "target_modules | [\"q_proj\"] | module=model.layers.0.self_attn.k_proj",
                "layers_to_transform | [1] | that target_modules does not name",
                "layers_to_transform | [\"x\"] | expected=layers by number"
            })
    void read_ofWhatIsNotThere_isRefusedByName(String key, String value, String message)
            throws IOException {
        Path folder =
                edited(
                        "llama",
                        config -> {
                            try {
                                config.set(key, JSON.readTree(value));
                            } catch (IOException e) {
                                throw new IllegalArgumentException(value, e);
                            }
                        });

        WeightsFormatException thrown =
                assertThrows(
                        WeightsFormatException.class, () -> PeftReader.read(folder, base("llama")));

        assertTrue(thrown.getMessage().contains(message), thrown.getMessage());
    }

    @ParameterizedTest
    @CsvSource({
        "base_model.model.model.embed_tokens.lora_embedding_A, trained embeddings",
        "base_model.model.model.layers.0.mlp.up_proj.lora_magnitude_vector, DoRA",
        "base_model.model.lm_head.weight, no part of its head"
    })
    void read_ofTensorThatIsNotThere_isRefusedByName(String tensor, String message)
            throws IOException {
        Path folder = edited("llama", config -> {});
        Path file = folder.resolve("adapter_model.safetensors");
        List<SafeTensorsWriter.Tensor> tensors =
                new ArrayList<>(
                        SafeTensors.read(file).tensors().entrySet().stream()
                                .map(e -> SafeTensorsWriter.Tensor.of(e.getKey(), e.getValue()))
                                .toList());
        tensors.add(SafeTensorsWriter.Tensor.of(tensor, new float[] {1, 2}));
        Path more = folder.resolve("more");
        SafeTensorsWriter.write(more, tensors, Map.of());
        Files.move(more, file, StandardCopyOption.REPLACE_EXISTING);

        WeightsFormatException thrown =
                assertThrows(
                        WeightsFormatException.class, () -> PeftReader.read(folder, base("llama")));

        assertTrue(thrown.getMessage().contains(message), thrown.getMessage());
    }

    @Test
    void read_ofAdapterOfAnotherBase_isRefused() {
        Path folder = GoldenAdapters.model("llama").resolve("adapter");

        WeightsFormatException thrown =
                assertThrows(
                        WeightsFormatException.class, () -> PeftReader.read(folder, base("gpt2")));

        assertTrue(thrown.getMessage().startsWith("bad adapter: file="), thrown.getMessage());
    }

    @Test
    void read_withoutWeights_saysWhatToDo() throws IOException {
        Path folder = edited("llama", config -> {});
        Files.delete(folder.resolve("adapter_model.safetensors"));

        WeightsFormatException thrown =
                assertThrows(
                        WeightsFormatException.class, () -> PeftReader.read(folder, base("llama")));

        assertTrue(thrown.getMessage().contains("other formats can be saved anew by PEFT"));
    }

    @Test
    void card_ofPooledHead_hasTheLinesThatUseIt() throws IOException {
        PretrainedModel base = base("bert-sequence");
        write(
                base,
                RandomAdapters.trained(
                        base,
                        Adapter.Kind.R_ONLY,
                        Task.SEQUENCE_CLASSIFICATION,
                        Optional.of(PoolingChoice.MEAN),
                        2));

        String card = Files.readString(out().resolve("README.md"));

        assertTrue(card.startsWith("---\nbase_model: \"tiny\"\n"), card);
        assertTrue(card.contains("pooled = model(**row).last_hidden_state[0].mean(dim=0)\n"), card);
        assertTrue(card.contains("| trained with | R between frozen A and B, stored"), card);
    }

    private static double scaling(List<Adapter.Target> targets, String name) {
        return targets.stream()
                .filter(target -> target.name().equals(name))
                .findFirst()
                .orElseThrow()
                .scaling();
    }

    private Path out() {
        return temporary.resolve("out");
    }

    private void write(PretrainedModel base, TrainedAdapter adapter) {
        PeftWriter.write(
                out(),
                adapter,
                base.base().architecture(),
                NewHead.of(base, adapter.use(), 1).head());
    }

    /** A golden adapter with another config. */
    private Path edited(String model, Consumer<ObjectNode> edit) throws IOException {
        Path folder = Files.createTempDirectory(temporary, "edited");
        Path golden = GoldenAdapters.model(model).resolve("adapter");
        ObjectNode config = config(golden);
        edit.accept(config);
        Files.write(folder.resolve("adapter_config.json"), JSON.writeValueAsBytes(config));
        Files.copy(
                golden.resolve("adapter_model.safetensors"),
                folder.resolve("adapter_model.safetensors"));
        return folder;
    }

    private static ObjectNode config(Path folder) throws IOException {
        return (ObjectNode) JSON.readTree(folder.resolve("adapter_config.json").toFile());
    }

    private static PretrainedModel base(String name) {
        return HuggingFaceFolder.read(GoldenAdapters.model(name));
    }

    private static List<Example> rows(String model) throws IOException {
        return GoldenAdapters.rows(
                GoldenTensors.read(GoldenAdapters.model(model).resolve("expected.safetensors")));
    }
}
