package dev.gossamer.client.export;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.gossamer.client.adapter.Adapter;
import dev.gossamer.client.adapter.NewHead;
import dev.gossamer.client.adapter.TrainedAdapter;
import dev.gossamer.client.text.GoldenTensors;
import dev.gossamer.client.weights.HuggingFaceFolder;
import dev.gossamer.client.weights.PretrainedModel;
import dev.gossamer.client.weights.SafeTensors;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Adapters that stock PEFT saved, with what PyTorch computed with them in double precision. */
final class PeftGoldenTest {
    @TempDir Path folder;

    static List<Path> models() throws IOException {
        return GoldenAdapters.models();
    }

    @ParameterizedTest
    @MethodSource("models")
    void read_ofGoldenAdapter_hasItsTargets(Path model) throws IOException {
        JsonNode expected = new ObjectMapper().readTree(model.resolve("expected.json").toFile());
        Set<String> targets = new TreeSet<>();
        expected.get("targets").forEach(target -> targets.add(target.textValue()));
        PretrainedModel base = HuggingFaceFolder.read(model);

        TrainedAdapter adapter = PeftReader.read(model.resolve("adapter"), base);

        String prefix = base.base().architecture().prefix() + ".";
        Set<String> names = new TreeSet<>();
        adapter.adapter().targets().forEach(target -> names.add(prefix + target.name()));
        assertEquals(targets, names);
        assertEquals(expected.get("task").textValue(), adapter.use().task().key());
    }

    @ParameterizedTest
    @MethodSource("models")
    void read_ofGoldenAdapter_givesItsLogits(Path model) throws IOException {
        PretrainedModel base = HuggingFaceFolder.read(model);
        TrainedAdapter adapter = PeftReader.read(model.resolve("adapter"), base);

        GoldenTensors golden = GoldenTensors.read(model.resolve("expected.safetensors"));
        GoldenAdapters.assertLogits(
                golden,
                "lora.logits",
                GoldenAdapters.logits(base, adapter, GoldenAdapters.rows(golden)));
    }

    @ParameterizedTest
    @MethodSource("models")
    void write_ofGoldenAdapter_givesTheSameBitForBit(Path model) {
        PretrainedModel base = HuggingFaceFolder.read(model);
        TrainedAdapter adapter = PeftReader.read(model.resolve("adapter"), base);

        Path out = folder.resolve("out");
        PeftWriter.write(
                out,
                adapter,
                base.base().architecture(),
                NewHead.of(base, adapter.use(), 1).head());
        TrainedAdapter again = PeftReader.read(out, base);

        assertEquals(adapter.state().digest(), again.state().digest());
        assertEquals(scalings(adapter), scalings(again));
        assertEquals(
                contents(model.resolve("adapter/adapter_model.safetensors")),
                contents(out.resolve("adapter_model.safetensors")));
    }

    @ParameterizedTest
    @MethodSource("models")
    void adapterFolder_ofGoldenAdapter_givesTheSameBitForBit(Path model) {
        PretrainedModel base = HuggingFaceFolder.read(model);
        TrainedAdapter adapter = PeftReader.read(model.resolve("adapter"), base);

        AdapterFolder.write(folder, adapter);
        TrainedAdapter again = AdapterFolder.read(folder);

        assertEquals(adapter.state().digest(), again.state().digest());
        assertEquals(scalings(adapter), scalings(again));
        assertEquals(adapter.use(), again.use());
        assertEquals(adapter.base(), again.base());
    }

    private static List<Double> scalings(TrainedAdapter adapter) {
        return adapter.adapter().targets().stream().map(Adapter.Target::scaling).toList();
    }

    private static List<String> contents(Path file) {
        List<String> contents = new ArrayList<>();
        SafeTensors.read(file)
                .tensors()
                .forEach(
                        (name, tensor) ->
                                contents.add(
                                        name + tensor.shape() + Arrays.toString(tensor.floats())));
        return contents;
    }
}
