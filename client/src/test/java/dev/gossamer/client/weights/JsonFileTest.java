package dev.gossamer.client.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

class JsonFileTest {
    private static final byte[] CONFIG =
            "{\"hidden_size\": 32, \"architectures\": [\"BertModel\"], \"layer_norm_eps\": 1e-12}"
                    .getBytes(StandardCharsets.UTF_8);

    @TempDir private Path folder;

    private static String refused(byte[] json) {
        return assertThrows(WeightsFormatException.class, () -> JsonFile.parse(json, "config.json"))
                .getMessage();
    }

    @Test
    void parse_cutAtEveryLength_alwaysRefused() {
        for (int length = 0; length < CONFIG.length; length++) {
            assertTrue(refused(Arrays.copyOf(CONFIG, length)).contains("config.json"));
        }
    }

    @Test
    void parse_anyBitFlipped_throwsNothingButTheTypedException() {
        int refused = 0;
        for (int bit = 0; bit < CONFIG.length * 8; bit++) {
            byte[] damaged = CONFIG.clone();
            damaged[bit / 8] ^= (byte) (1 << (bit % 8));
            try {
                JsonFile.parse(damaged, "config.json");
            } catch (WeightsFormatException expected) {
                refused++;
            }
        }

        assertTrue(refused > CONFIG.length, "refused=" + refused);
    }

    @Test
    void parse_brokenLine_namesFileLineAndColumn() {
        byte[] json = "{\n  \"a\": 1,\n  \"b\" 2\n}".getBytes(StandardCharsets.UTF_8);

        assertTrue(
                refused(json).startsWith("broken JSON: file=config.json, line=3, column=7"),
                refused(json));
    }

    @Test
    void parse_notUtf8_refused() {
        assertEquals(
                "JSON is not UTF-8: file=config.json",
                refused(new byte[] {'{', '"', (byte) 0xC3, '"', ':', '1', '}'}));
    }

    @Test
    void parse_keyTwice_refused() {
        byte[] json = "{\"a\":1,\"a\":2}".getBytes(StandardCharsets.UTF_8);

        assertTrue(refused(json).contains("Duplicate field 'a'"), refused(json));
    }

    @Test
    void parse_deepNesting_refused() {
        byte[] json = ("{\"a\":" + "[".repeat(100_000)).getBytes(StandardCharsets.UTF_8);

        assertTrue(refused(json).startsWith("broken JSON: file=config.json"), refused(json));
    }

    @Test
    void read_longFile_refusedBeforeItIsRead() throws IOException {
        Path file = folder.resolve("config.json");
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(1L << 33);
        }

        WeightsFormatException refused =
                assertThrows(WeightsFormatException.class, () -> JsonFile.read(file));

        assertEquals(
                "JSON file too long: file=" + file + ", bytes=8589934592, bound=67108864",
                refused.getMessage());
    }

    @Test
    void read_goodFile_givesItsValues() throws IOException {
        Path file = Files.write(folder.resolve("config.json"), CONFIG);

        ObjectNode json = JsonFile.read(file);

        assertEquals(32, json.get("hidden_size").intValue());
    }
}
