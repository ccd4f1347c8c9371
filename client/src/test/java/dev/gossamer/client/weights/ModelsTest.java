package dev.gossamer.client.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.client.text.GoldenFolder;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

class ModelsTest {
    @TempDir private Path to;

    @Test
    void open_folder_isThatModel() {
        Path folder = GoldenFolder.of("models").resolve("gpt2");

        PretrainedModel model = Models.open(folder.toString());

        assertEquals(folder.toString(), model.name());
        assertEquals("gpt2", model.base().architecture().family());
        assertEquals("unknown", model.licence());
    }

    @Test
    void open_onnxFile_isThatEncoder() throws IOException {
        Path file = Files.write(to.resolve("small.onnx"), OnnxBytes.quantised());

        PretrainedModel model = Models.open(file.toString());

        assertEquals(2, model.base().architecture().layers());
        assertEquals(Optional.empty(), model.tokenizer());
    }

    @ParameterizedTest
    @ValueSource(strings = {"no-such-model", "model.gguf", "model.onnx", "a\0b", ""})
    void open_nothingThere_saysWhatMayBeGiven(String name) {
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> Models.open(name));

        assertEquals(
                "no such model: name="
                        + name
                        + ", built in=[bert-base, bge-small, bge-small-int8, minilm-l6,"
                        + " minilm-l6-int8, smollm2-135m]; or give the path of a Hugging Face"
                        + " folder, of a .gguf or of a .onnx file",
                refused.getMessage());
    }

    @Test
    void open_otherFile_saysWhatMayBeGiven() throws IOException {
        Path file = Files.writeString(to.resolve("model.bin"), "weights");

        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> Models.open(file.toString()));

        assertTrue(refused.getMessage().contains("or give the path"), refused.getMessage());
    }

    @Test
    void open_folderWithoutModel_refused() {
        WeightsFormatException refused =
                assertThrows(WeightsFormatException.class, () -> Models.open(to.toString()));

        assertEquals("no model folder, config.json is missing: folder=" + to, refused.getMessage());
    }
}
