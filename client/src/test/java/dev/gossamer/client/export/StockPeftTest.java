package dev.gossamer.client.export;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;

import dev.gossamer.client.adapter.NewHead;
import dev.gossamer.client.adapter.TrainedAdapter;
import dev.gossamer.client.data.Example;
import dev.gossamer.client.text.GoldenTensors;
import dev.gossamer.client.weights.HuggingFaceFolder;
import dev.gossamer.client.weights.PretrainedModel;
import dev.gossamer.client.weights.WeightsFormatException;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Folders that stock PEFT saved in many configurations, with its own logits. */
final class StockPeftTest {
    private static final Path STOCK = Path.of("src/test/resources/stock-peft");
    private static final Path BASES = Path.of("src/test/resources/golden/models");

    /** The row that stock PEFT was asked for. */
    private static final List<Example> ROW =
            List.of(new Example(new int[] {5, 17, 33, 2, 90, 41, 8, 64, 77, 3, 12}, 0));

    /** PyTorch's fp32 is up to 2.4e-6 away from double precision here. */
    private static final float BOUND = 1e-5f;

    @TempDir Path temporary;

    static List<String> adapters() throws IOException {
        try (Stream<Path> folders = Files.list(STOCK)) {
            return folders.filter(PeftReader::isOne)
                    .map(folder -> folder.getFileName().toString())
                    .filter(name -> !name.startsWith("refused-"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("adapters")
    void read_ofStockAdapter_givesItsLogits(String name) throws IOException {
        PretrainedModel base = base(name);

        TrainedAdapter adapter = PeftReader.read(STOCK.resolve(name), base);

        float[] logits = GoldenAdapters.logits(base, adapter, ROW).getFirst();
        float[] expected = GoldenTensors.read(STOCK.resolve("logits.safetensors")).floats(name);
        assertArrayEquals(expected, logits, BOUND);
    }

    @ParameterizedTest
    @MethodSource("adapters")
    void write_ofStockAdapter_isReadAsTheSameBits(String name) throws IOException {
        PretrainedModel base = base(name);
        TrainedAdapter adapter = PeftReader.read(STOCK.resolve(name), base);

        Path out = temporary.resolve("out");
        PeftWriter.write(
                out,
                adapter,
                base.base().architecture(),
                NewHead.of(base, adapter.use(), 0).head());
        TrainedAdapter again = PeftReader.read(out, base);

        assertEquals(adapter.state().digest(), again.state().digest());
        assertEquals(adapter.use(), again.use());
        assertEquals(
                GoldenAdapters.logits(base, adapter, ROW).getFirst()[0],
                GoldenAdapters.logits(base, again, ROW).getFirst()[0]);
    }

    @ParameterizedTest
    @CsvSource({
        "refused-dora, use_dora=true",
        "refused-lora-bias, lora_bias=true",
        "refused-pissa, init_lora_weights=\"pissa\"",
        "refused-embedding, trained embeddings are not there",
        "refused-lm-head, lm_head"
    })
    void read_ofWhatIsNotThere_isRefusedByName(String name, String message) throws IOException {
        PretrainedModel base = base(name);

        WeightsFormatException thrown =
                assertThrows(
                        WeightsFormatException.class,
                        () -> PeftReader.read(STOCK.resolve(name), base));

        assertTrue(thrown.getMessage().contains(message), thrown.getMessage());
    }

    private static PretrainedModel base(String name) throws IOException {
        String base =
                new ObjectMapper()
                        .readTree(STOCK.resolve(name).resolve("adapter_config.json").toFile())
                        .get("base_model_name_or_path")
                        .textValue();
        return HuggingFaceFolder.read(BASES.resolve(base));
    }
}
