package dev.gossamer.client.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.client.adapter.Adapter;
import dev.gossamer.client.adapter.AdapterStart;
import dev.gossamer.client.adapter.Initialisation;
import dev.gossamer.client.adapter.NewHead;
import dev.gossamer.client.adapter.PoolingChoice;
import dev.gossamer.client.adapter.TargetSelector.Choice;
import dev.gossamer.client.adapter.TrainedAdapter;
import dev.gossamer.client.data.Example;
import dev.gossamer.client.model.Head;
import dev.gossamer.client.reference.ReferenceEngine;
import dev.gossamer.client.text.GoldenTensors;
import dev.gossamer.client.train.Engine.Precision;
import dev.gossamer.client.train.Engine.Storage;
import dev.gossamer.client.train.Task;
import dev.gossamer.client.weights.HuggingFaceFolder;
import dev.gossamer.client.weights.PretrainedModel;
import dev.gossamer.client.weights.SafeTensors;
import dev.gossamer.client.weights.TensorType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

final class MergedFolderTest {
    @TempDir Path temporary;

    static List<Path> models() throws IOException {
        return GoldenAdapters.models();
    }

    @ParameterizedTest
    @MethodSource("models")
    void write_ofGoldenAdapter_givesItsLogitsWithoutIt(Path model) throws IOException {
        PretrainedModel base = HuggingFaceFolder.read(model);
        TrainedAdapter adapter = PeftReader.read(model.resolve("adapter"), base);

        write(base, adapter, Optional.of(TensorType.F32));

        assertLogits(model);
    }

    /** What is there of a base from a file without Hugging Face's names. */
    @ParameterizedTest
    @ValueSource(strings = {"llama-linear", "llama-tied-old-config", "mistral-sliding", "qwen3"})
    void write_ofBaseFromAnotherFile_statesItAnew(String name) throws IOException {
        Path model = GoldenAdapters.model(name);
        PretrainedModel base = HuggingFaceFolder.read(model);
        TrainedAdapter adapter = PeftReader.read(model.resolve("adapter"), base);

        write(renamed(base), adapter, Optional.empty());

        assertLogits(model);
    }

    @Test
    void write_ofEncoderFromAnotherFile_statesItWithItsHead() throws IOException {
        Path model = GoldenAdapters.model("bert-sequence");
        PretrainedModel base = HuggingFaceFolder.read(model);
        TrainedAdapter adapter = PeftReader.read(model.resolve("adapter"), base);

        write(renamed(base), adapter, Optional.empty());

        assertLogits(model);
    }

    @ParameterizedTest
    @CsvSource({
        "bert-mlm, head",
        "roberta-sequence, head",
        "distilbert-sequence, head",
        "llama, head",
        "gpt2, head",
        "bert-token, none",
        "llama, none"
    })
    void write_withNewHead_isReadWithIt(String name, String pooling) throws IOException {
        PretrainedModel base = HuggingFaceFolder.read(GoldenAdapters.model(name));
        Optional<PoolingChoice> choice = PoolingChoice.of(pooling);
        TrainedAdapter adapter =
                RandomAdapters.trained(
                        base,
                        Adapter.Kind.R_ONLY,
                        choice.isPresent()
                                ? Task.SEQUENCE_CLASSIFICATION
                                : Task.TOKEN_CLASSIFICATION,
                        choice,
                        4);
        List<Example> rows = List.of(new Example(new int[] {5, 17, 33, 2, 90}, 0));

        write(base, adapter, Optional.of(TensorType.F32));
        PretrainedModel merged = HuggingFaceFolder.read(out());

        AdapterStart nothing = nothing(merged);
        List<float[]> logits =
                new ReferenceEngine()
                        .load(merged.base(), Storage.FP32, Precision.FP32)
                        .attach(nothing.adapter(), merged.head().orElseThrow(), Set.of())
                        .logits(nothing.values(), rows);
        GoldenAdapters.assertLogits(GoldenAdapters.logits(base, adapter, rows), logits, 1e-5f);
        assertEquals(adapter.use().classes(), merged.labels());
    }

    @Test
    void write_ofPooledHead_putsItBesideTheBareBase() throws IOException {
        PretrainedModel base = HuggingFaceFolder.read(GoldenAdapters.model("bert-mlm"));
        TrainedAdapter adapter =
                RandomAdapters.trained(
                        base,
                        Adapter.Kind.LORA,
                        Task.SEQUENCE_CLASSIFICATION,
                        Optional.of(PoolingChoice.MEAN),
                        4);

        write(base, adapter, Optional.empty());
        PretrainedModel merged = HuggingFaceFolder.read(out());

        assertTrue(merged.head().isEmpty());
        assertEquals(
                Set.of("classifier.weight", "classifier.bias"),
                SafeTensors.read(out().resolve("head.safetensors")).tensors().keySet());
        assertTrue(
                Files.readString(out().resolve("README.md"))
                        .contains("AutoModel.from_pretrained(\".\").eval()\n"));
    }

    @Test
    void write_withoutType_keepsTheFoldersOwn() throws IOException {
        Path model = GoldenAdapters.model("qwen2-bf16");
        PretrainedModel base = HuggingFaceFolder.read(model);
        TrainedAdapter adapter = PeftReader.read(model.resolve("adapter"), base);

        write(base, adapter, Optional.empty());

        SafeTensors before = SafeTensors.read(model.resolve("model.safetensors"));
        SafeTensors after = SafeTensors.read(out().resolve("model.safetensors"));
        assertEquals(before.tensors().keySet(), after.tensors().keySet());
        for (String name : before.tensors().keySet()) {
            assertEquals(TensorType.BF16, after.tensor(name).type());
            boolean same = before.tensor(name).values().mismatch(after.tensor(name).values()) < 0;
            assertEquals(!name.contains("_proj.weight"), same, name);
        }
    }

    @Test
    void write_ofRotaryScalingThatCannotBeStated_namesTheFrequency() throws IOException {
        Path model = GoldenAdapters.model("llama-yarn");
        PretrainedModel base = HuggingFaceFolder.read(model);
        TrainedAdapter adapter = PeftReader.read(model.resolve("adapter"), base);

        IllegalArgumentException thrown =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> write(renamed(base), adapter, Optional.empty()));

        assertTrue(thrown.getMessage().startsWith("rotary scaling cannot be stated"));
        assertFalse(Files.exists(out()));
        assertEquals(0, temporary.toFile().list().length);
    }

    @Test
    void write_intoFolderWithSomething_isRefused() throws IOException {
        Path model = GoldenAdapters.model("gpt2");
        PretrainedModel base = HuggingFaceFolder.read(model);
        TrainedAdapter adapter = PeftReader.read(model.resolve("adapter"), base);
        Files.createDirectories(out());
        Files.writeString(out().resolve("mine"), "mine");

        IllegalArgumentException thrown =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> write(base, adapter, Optional.empty()));

        assertEquals(
                "there is something already: out=" + out() + "; name another or remove it",
                thrown.getMessage());
        assertEquals("mine", Files.readString(out().resolve("mine")));
    }

    private Path out() {
        return temporary.resolve("out");
    }

    private void write(PretrainedModel base, TrainedAdapter adapter, Optional<TensorType> type) {
        Head head = NewHead.of(base, adapter.use(), 1).head();
        MergedFolder.write(out(), adapter, base, head, type);
    }

    private static PretrainedModel renamed(PretrainedModel model) {
        return new PretrainedModel(
                "built-in",
                model.base(),
                model.head(),
                model.labels(),
                model.tokenizer(),
                model.chatTemplate(),
                model.licence(),
                model.bytes());
    }

    private void assertLogits(Path model) throws IOException {
        GoldenTensors golden = GoldenTensors.read(model.resolve("expected.safetensors"));
        List<Example> rows = GoldenAdapters.rows(golden);
        PretrainedModel merged = HuggingFaceFolder.read(out());
        AdapterStart nothing = nothing(merged);
        List<float[]> logits =
                new ReferenceEngine()
                        .load(merged.base(), Storage.FP32, Precision.FP32)
                        .attach(nothing.adapter(), merged.head().orElseThrow(), Set.of())
                        .logits(nothing.values(), rows);
        GoldenAdapters.assertLogits(golden, "lora.logits", logits);
    }

    /** An adapter that adds zero. */
    private static AdapterStart nothing(PretrainedModel model) {
        Choice first = new Choice(model.base().linears().getFirst(), 1);
        return Initialisation.kaiming(List.of(first), Adapter.Kind.LORA, 1, 1);
    }
}
