package dev.gossamer.client.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.ObjectMapper;

import dev.gossamer.client.weights.ModelCatalog;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

class TokenizerTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden/peft-minilm");

    private final Tokenizer tokenizer = ModelCatalog.shared().load("minilm-l6").tokenizer();

    @Test
    void encode_sentence_givesTheReferenceIds() {
        assertArrayEquals(
                new int[] {101, 1037, 2158, 2003, 5983, 2833, 1012, 102},
                tokenizer.encode("A man is eating food.", 64));
    }

    @Test
    void encode_longText_isCutAtItsEndAndKeepsSpecialTokens() {
        assertArrayEquals(
                new int[] {101, 1037, 2158, 2003, 102},
                tokenizer.encode("A man is eating food.", 5));
    }

    @Test
    void encode_moreThanTheFileTruncatesAt_keepsAll() {
        assertEquals(302, tokenizer.encode("food ".repeat(300), 512).length);
    }

    @Test
    void encode_emptyText_givesSpecialTokensOnly() {
        assertArrayEquals(new int[] {101, 102}, tokenizer.encode("", 64));
    }

    @Test
    void encode_oddText_givesTokens() {
        assertEquals(101, tokenizer.encode("\0 \uD800 \uD83D\uDE00 漢字", 64)[0]);
    }

    @Test
    void encode_noRoomBesideSpecialTokens_refused() {
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> tokenizer.encode("A man", 2));

        assertEquals(
                "no room beside special tokens: maxTokens=2, special tokens=2",
                refused.getMessage());
    }

    @Test
    void encode_goldenSentences_givesTheIdsOfTransformers() throws IOException {
        List<String> lines = Files.readAllLines(GOLDEN.resolve("sentences.jsonl"));
        GoldenTensors golden = GoldenTensors.read(GOLDEN.resolve("expected.safetensors"));

        assertEquals(40, lines.size());
        for (int row = 0; row < lines.size(); row++) {
            String text = new ObjectMapper().readTree(lines.get(row)).get("text").asText();
            assertArrayEquals(golden.tokenIds(row), tokenizer.encode(text, 128), text);
        }
    }
}
