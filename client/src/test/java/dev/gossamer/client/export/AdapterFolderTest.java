package dev.gossamer.client.export;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.gossamer.client.adapter.Adapter;
import dev.gossamer.client.adapter.AdapterStart;
import dev.gossamer.client.adapter.PoolingChoice;
import dev.gossamer.client.adapter.TrainedAdapter;
import dev.gossamer.client.train.Task;
import dev.gossamer.client.weights.WeightsFormatException;
import dev.gossamer.protocols.adapter.AdapterLayout;
import dev.gossamer.protocols.adapter.AdapterLayout.Slice;
import dev.gossamer.protocols.adapter.AdapterState;
import dev.gossamer.protocols.adapter.Digest;
import dev.gossamer.protocols.random.CounterRandom;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

final class AdapterFolderTest {
    @TempDir Path folder;

    @ParameterizedTest
    @EnumSource(Adapter.Kind.class)
    void write_thenRead_givesTheSameBitForBit(Adapter.Kind kind) {
        TrainedAdapter trained = trained(kind);

        AdapterFolder.write(folder, trained);
        TrainedAdapter read = AdapterFolder.read(folder);

        assertTrue(AdapterFolder.isOne(folder));
        assertEquals(trained.base(), read.base());
        assertEquals(trained.use(), read.use());
        assertEquals(trained.trainedHead(), read.trainedHead());
        assertEquals(trained.state().layout(), read.state().layout());
        assertEquals(trained.state().digest(), read.state().digest());
        Adapter.Target first = trained.adapter().targets().getFirst();
        Adapter.Target again = read.adapter().targets().getFirst();
        assertEquals(first.scaling(), again.scaling());
        assertSame(first.frozenA(), again.frozenA());
        assertSame(first.frozenB(), again.frozenB());
    }

    @Test
    void write_overAnotherFile_leavesItAlone() throws IOException {
        Files.writeString(folder.resolve("checkpoint"), "mine");

        AdapterFolder.write(folder, trained(Adapter.Kind.LORA));
        AdapterFolder.write(folder, trained(Adapter.Kind.R_ONLY));

        assertEquals("mine", Files.readString(folder.resolve("checkpoint")));
        assertEquals(Adapter.Kind.R_ONLY, AdapterFolder.read(folder).adapter().kind());
        assertFalse(Files.exists(folder.resolve(".writing")));
    }

    @Test
    void read_ofValuesOfAnotherWriting_namesTheFile() throws IOException {
        AdapterFolder.write(folder, trained(Adapter.Kind.LORA));
        Files.write(folder.resolve("values.safetensors"), new byte[] {1, 2, 3});

        WeightsFormatException thrown =
                assertThrows(WeightsFormatException.class, () -> AdapterFolder.read(folder));

        assertTrue(
                thrown.getMessage().startsWith("file is not the one that was described: file="),
                thrown.getMessage());
    }

    @Test
    void write_ofReplacedBase_keepsWhatWasTaken() {
        TrainedAdapter trained = trained(Adapter.Kind.LORA);
        float[] before = random(trained.adapter().layout(List.of()).size());
        TrainedAdapter replacing =
                new TrainedAdapter(
                        trained.base(),
                        trained.use(),
                        trained.adapter(),
                        trained.trainedHead(),
                        trained.state(),
                        Optional.of(new AdapterStart(trained.adapter(), before, true)));

        AdapterFolder.write(folder, replacing);
        TrainedAdapter read = AdapterFolder.read(folder);

        assertArrayEquals(before, read.replaced().orElseThrow().values());
        assertTrue(read.replaced().orElseThrow().replaces());
    }

    @Test
    void read_ofDescriptionCutAnywhere_isRefused() throws IOException {
        AdapterFolder.write(folder, trained(Adapter.Kind.R_ONLY));
        byte[] whole = Files.readAllBytes(folder.resolve("adapter.json"));
        for (int length = 0; length < whole.length - 1; length++) {
            Files.write(folder.resolve("adapter.json"), Arrays.copyOf(whole, length));

            assertThrows(WeightsFormatException.class, () -> AdapterFolder.read(folder), "cut");
        }
    }

    @Test
    void read_ofDescriptionWithoutAnyField_namesIt() throws IOException {
        AdapterFolder.write(folder, trained(Adapter.Kind.R_ONLY));
        ObjectMapper json = new ObjectMapper();
        ObjectNode whole = (ObjectNode) json.readTree(folder.resolve("adapter.json").toFile());
        for (Iterator<String> names = whole.deepCopy().fieldNames(); names.hasNext(); ) {
            String name = names.next();
            ObjectNode without = whole.deepCopy();
            without.remove(name);
            Files.write(folder.resolve("adapter.json"), json.writeValueAsBytes(without));

            // The one flag may be absent.
            if (!name.equals("replaces")) {
                WeightsFormatException thrown =
                        assertThrows(
                                WeightsFormatException.class, () -> AdapterFolder.read(folder));
                assertTrue(thrown.getMessage().contains(name), thrown.getMessage());
            }
        }
    }

    @Test
    void requireBase_ofOtherWeights_namesBoth() {
        TrainedAdapter trained = trained(Adapter.Kind.LORA);

        IllegalArgumentException thrown =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> trained.requireBase("other", Digest.of(new byte[] {2})));

        assertEquals(
                "adapter was trained on other weights: base=other, fingerprint=dbc1b4c9,"
                        + " trained on=tiny, its fingerprint=4bf5122f",
                thrown.getMessage());
    }

    @Test
    void read_ofAnotherFormat_namesTheField() throws IOException {
        Files.writeString(folder.resolve("adapter.json"), "{\"format\": \"other\"}");

        WeightsFormatException thrown =
                assertThrows(WeightsFormatException.class, () -> AdapterFolder.read(folder));

        assertTrue(
                thrown.getMessage().contains("format=\"other\", expected=gossamer-adapter-1"),
                thrown.getMessage());
    }

    private static void assertSame(Optional<float[]> expected, Optional<float[]> actual) {
        assertArrayEquals(expected.orElse(new float[0]), actual.orElse(new float[0]));
    }

    private static TrainedAdapter trained(Adapter.Kind kind) {
        Adapter adapter =
                new Adapter(kind, List.of(target("layer.0.query", kind), target("up", kind)));
        AdapterLayout layout =
                adapter.layout(
                        List.of(
                                new Slice("classifier.weight", 2, 6),
                                new Slice("classifier.bias", 1, 2)));
        return new TrainedAdapter(
                new TrainedAdapter.Base("tiny", Digest.of(new byte[] {1})),
                new TrainedAdapter.Use(
                        Task.SEQUENCE_CLASSIFICATION,
                        Optional.of(PoolingChoice.MEAN),
                        List.of("no", "yes"),
                        64),
                adapter,
                List.of("classifier"),
                new AdapterState(layout, random(layout.size())));
    }

    private static Adapter.Target target(String name, Adapter.Kind kind) {
        return new Adapter.Target(
                name,
                2,
                6,
                4,
                1.5,
                kind.trainsA() ? Optional.empty() : Optional.of(random(12)),
                kind.trainsB() ? Optional.empty() : Optional.of(random(8)));
    }

    private static float[] random(int length) {
        CounterRandom random = CounterRandom.of(1, "values", length, "");
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }
}
