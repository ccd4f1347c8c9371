package dev.gossamer.client.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.gossamer.client.model.Architecture;
import dev.gossamer.client.model.Head;
import dev.gossamer.client.model.Linear;
import dev.gossamer.client.text.ChatTemplate;
import dev.gossamer.client.text.ChatTemplate.Message;
import dev.gossamer.client.text.GoldenFolder;
import dev.gossamer.client.text.Tokenizer;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The real SmolLM2-135M-Instruct in Q4_1, held to what the transformers library made of it. */
class SmolLm2Test {
    private final Optional<PretrainedModel> model = SmolLm2.model();

    private static JsonNode golden() throws IOException {
        return new ObjectMapper()
                .readTree(GoldenFolder.of("smollm2").resolve("expected.json").toFile());
    }

    private static int[] ids(JsonNode array) {
        int[] ids = new int[array.size()];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = array.get(i).intValue();
        }
        return ids;
    }

    @Test
    void architecture_ofTheFile_isThatOfItsConfig() throws IOException {
        JsonNode config = golden().get("config");

        model.ifPresent(
                smol -> {
                    Architecture shape = smol.base().architecture();
                    assertEquals(config.get("hidden_size").intValue(), shape.hidden());
                    assertEquals(config.get("num_hidden_layers").intValue(), shape.layers());
                    assertEquals(config.get("num_attention_heads").intValue(), shape.heads());
                    assertEquals(
                            config.get("num_key_value_heads").intValue(), shape.keyValueHeads());
                    assertEquals(config.get("intermediate_size").intValue(), shape.intermediate());
                    assertEquals(config.get("vocab_size").intValue(), shape.vocabulary());
                    assertEquals(
                            config.get("max_position_embeddings").intValue(), shape.positions());
                    assertEquals(config.get("rms_norm_eps").doubleValue(), shape.normEpsilon());
                });
    }

    @Test
    void head_ofTheFile_isTiedToTheWords() {
        model.ifPresent(
                smol -> {
                    Head.LanguageModel head = (Head.LanguageModel) smol.head().orElseThrow();
                    Linear query = smol.base().blocks().get(29).projections().getFirst();

                    assertSame(smol.base().words(), head.output());
                    assertEquals("layers.29.self_attn.q_proj", query.name());
                    assertEquals(BlockType.Q4_1, ((BlockMatrix) query.weight()).type());
                    assertEquals("smollm2-135m", smol.name());
                });
    }

    @Test
    void encode_goldenTexts_givesTheirIdsAndBack() throws IOException {
        JsonNode texts = golden().get("texts");

        assertEquals(6, texts.size());
        for (JsonNode text : texts) {
            String words = text.get("text").textValue();
            model.flatMap(PretrainedModel::tokenizer)
                    .ifPresent(
                            tokenizer -> {
                                int[] encoded = tokenizer.encode(words, 8192);
                                assertArrayEquals(ids(text.get("ids")), encoded, words);
                                assertEquals(words, tokenizer.decode(encoded));
                            });
        }
    }

    @Test
    void render_goldenChat_givesItsPromptAndIds() throws IOException {
        JsonNode chat = golden().get("chat");
        List<Message> messages = new ArrayList<>();
        for (JsonNode message : chat.get("messages")) {
            messages.add(
                    new Message(
                            message.get("role").textValue(), message.get("content").textValue()));
        }

        model.ifPresent(
                smol -> {
                    Tokenizer tokenizer = smol.tokenizer().orElseThrow();
                    String prompt =
                            ChatTemplate.of(
                                            smol.chatTemplate().orElseThrow(),
                                            tokenizer.specialTokens())
                                    .render(messages, true);
                    assertEquals(chat.get("prompt").textValue(), prompt);
                    assertArrayEquals(ids(chat.get("promptIds")), tokenizer.encodeBare(prompt));
                    assertEquals(
                            chat.get("greedyText").textValue(),
                            tokenizer.decode(ids(chat.get("greedy"))));
                    assertEquals(List.of("<|im_end|>"), tokenizer.specialTokens().stops());
                    assertEquals(2, tokenizer.id("<|im_end|>").orElseThrow());
                });
    }
}
