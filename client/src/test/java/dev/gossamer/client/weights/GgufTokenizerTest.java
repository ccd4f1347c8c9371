package dev.gossamer.client.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.gossamer.client.text.Tokenizer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Small vocabularies made by SentencePiece and by the tokenizers library, with their own ids. */
class GgufTokenizerTest {
    private static final String KEY = "tokenizer.ggml.";
    private static final Path MADE = Path.of("src/test/resources/tokenizers/made.json");

    private static JsonNode made(String kind) throws IOException {
        return new ObjectMapper().readTree(MADE.toFile()).get(kind);
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(text -> texts.add(text.textValue()));
        return texts;
    }

    private static int[] ints(JsonNode array) {
        int[] ints = new int[array.size()];
        for (int i = 0; i < ints.length; i++) {
            ints[i] = array.get(i).intValue();
        }
        return ints;
    }

    private static GgufBytes byteLevel(String split) throws IOException {
        JsonNode made = made("byteLevel");
        return new GgufBytes()
                .text(KEY + "model", "gpt2")
                .text(KEY + "pre", split)
                .texts(KEY + "tokens", texts(made.get("tokens")))
                .int32s(KEY + "token_type", ints(made.get("types")))
                .texts(KEY + "merges", texts(made.get("merges")))
                .uint32(KEY + "bos_token_id", made.get("bos").intValue());
    }

    private static GgufBytes sentencePiece() throws IOException {
        JsonNode made = made("sentencePiece");
        float[] scores = new float[made.get("scores").size()];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = made.get("scores").get(i).floatValue();
        }
        return new GgufBytes()
                .text(KEY + "model", "llama")
                .texts(KEY + "tokens", texts(made.get("tokens")))
                .int32s(KEY + "token_type", ints(made.get("types")))
                .float32s(KEY + "scores", scores)
                .uint32(KEY + "bos_token_id", made.get("bos").intValue())
                .uint32(KEY + "eos_token_id", made.get("eos").intValue())
                .uint32(KEY + "unknown_token_id", made.get("unk").intValue());
    }

    private static Tokenizer tokenizer(GgufBytes file) {
        return GgufTokenizer.read(file.file().metadata(), 1000).orElseThrow();
    }

    private static String refusal(GgufBytes file) {
        return assertThrows(WeightsFormatException.class, () -> tokenizer(file)).getMessage();
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt-2", "smollm", "llama-bpe", "qwen2", "tekken"})
    void encode_byteLevelOfEachSplit_givesTheIdsOfTheLibrary(String split) throws IOException {
        JsonNode made = made("byteLevel");
        Tokenizer tokenizer = tokenizer(byteLevel(split));

        List<String> texts = texts(made.get("texts"));
        for (int i = 0; i < texts.size(); i++) {
            assertArrayEquals(
                    ints(made.get("ids").get(split).get(i)),
                    tokenizer.encode(texts.get(i), 1000),
                    texts.get(i));
        }
    }

    @Test
    void encode_sentencePiece_givesItsIdsAndBack() throws IOException {
        Tokenizer tokenizer = tokenizer(sentencePiece());

        for (JsonNode each : made("sentencePiece").get("texts")) {
            String text = each.get("text").textValue();
            int[] ids = tokenizer.encode(text, 1000);
            assertArrayEquals(ints(each.get("ids")), ids, text);
            assertEquals(text, tokenizer.decode(ids));
        }
    }

    @Test
    void encode_beginningAndEndAsked_areAround() throws IOException {
        Tokenizer tokenizer =
                tokenizer(
                        sentencePiece()
                                .flag(KEY + "add_bos_token", true)
                                .flag(KEY + "add_eos_token", true));
        Tokenizer bare = tokenizer(sentencePiece().flag(KEY + "add_bos_token", false));

        int[] ids = tokenizer.encode("the", 1000);
        int[] inner = tokenizer.encodeBare("the");

        assertEquals(inner.length + 2, ids.length);
        assertEquals(1, ids[0]);
        assertEquals(2, ids[ids.length - 1]);
        assertArrayEquals(inner, bare.encode("the", 1000));
        assertEquals("the", tokenizer.decode(ids));
    }

    @Test
    void specialTokens_ofTheFile_areNamed() throws IOException {
        Tokenizer tokenizer =
                tokenizer(
                        byteLevel("gpt-2")
                                .uint32(KEY + "eos_token_id", 0)
                                .uint32(KEY + "eot_token_id", 1));

        assertEquals(Optional.of("<|end|>"), tokenizer.specialTokens().beginning());
        assertEquals(Optional.of("<|end|>"), tokenizer.specialTokens().end());
        assertEquals(List.of("<|end|>", "<|user|>"), tokenizer.specialTokens().stops());
        assertEquals(1, tokenizer.id("<|user|>").orElseThrow());
        assertArrayEquals(new int[] {1, 0}, tokenizer.encodeBare("<|user|><|end|>"));
    }

    @Test
    void read_noTokenizer_isEmpty() {
        assertTrue(GgufTokenizer.read(new GgufBytes().file().metadata(), 10).isEmpty());
    }

    @Test
    void read_whatIsNotSupported_refusedByName() throws IOException {
        assertEquals(
                "cannot use GGUF file made.gguf: tokeniser that is not supported:"
                        + " tokenizer.ggml.model=t5, supported=[gpt2, llama]",
                refusal(
                        new GgufBytes()
                                .text(KEY + "model", "t5")
                                .texts(KEY + "tokens", List.of("a"))));
        assertTrue(
                refusal(byteLevel("odd"))
                        .startsWith(
                                "cannot use GGUF file made.gguf: split into words that is not"
                                    + " supported: tokenizer.ggml.pre=odd, supported=[codeshell,"),
                refusal(byteLevel("odd")));
    }

    @Test
    void read_badTokens_refused() throws IOException {
        assertEquals(
                "cannot use GGUF file made.gguf: tokens do not fit the word embeddings: tokens=0,"
                        + " bounds=1 to 1000",
                refusal(new GgufBytes().text(KEY + "model", "gpt2")));
        assertEquals(
                "cannot use GGUF file made.gguf: a token is there twice: tokens=2, different=1",
                refusal(
                        new GgufBytes()
                                .text(KEY + "model", "gpt2")
                                .texts(KEY + "tokens", List.of("a", "a"))));
        assertEquals(
                "cannot use GGUF file made.gguf: no such token: tokenizer.ggml.eos_token_id=642,"
                        + " tokens=642",
                refusal(byteLevel("gpt-2").uint32(KEY + "eos_token_id", 642)));
        assertEquals(
                "cannot use GGUF file made.gguf: merge is no pair: merge=ab",
                refusal(
                        new GgufBytes()
                                .text(KEY + "model", "gpt2")
                                .texts(KEY + "tokens", List.of("a", "b", "ab"))
                                .texts(KEY + "merges", List.of("ab"))));
        assertTrue(
                refusal(
                                new GgufBytes()
                                        .text(KEY + "model", "gpt2")
                                        .texts(KEY + "tokens", List.of("a", "b"))
                                        .texts(KEY + "merges", List.of("a b")))
                        .startsWith("cannot use GGUF file made.gguf: bad tokeniser: reason="));
        assertEquals(
                "cannot use GGUF file made.gguf: token types do not fit: types=1, tokens=2",
                refusal(
                        new GgufBytes()
                                .text(KEY + "model", "gpt2")
                                .texts(KEY + "tokens", List.of("a", "b"))
                                .int32s(KEY + "token_type", 1)));
        assertTrue(
                refusal(sentencePiece().flag(KEY + "remove_extra_whitespaces", true))
                        .contains("SentencePiece models that change characters are not supported"));
    }
}
