package dev.gossamer.client.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.gossamer.client.text.ChatTemplate.Message;
import dev.gossamer.client.text.jinja.TemplateException;

import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Held to what the transformers library's settings of Jinja2 make of templates in the manner of
 * SmolLM2 and Qwen2 (turns), Llama 3 (headers), Mistral (alternating), Qwen3 (thinking), Zephyr
 * (lines), and one with macros.
 */
class ChatTemplateTest {
    private static final Path GOLDEN = Path.of("src/test/resources/jinja/chat-templates.json");

    private static JsonNode golden() throws IOException {
        return new ObjectMapper().readTree(GOLDEN.toFile());
    }

    private static Stream<Named<JsonNode>> cases() throws IOException {
        return StreamSupport.stream(golden().get("cases").spliterator(), false)
                .map(
                        each ->
                                Named.of(
                                        each.get("template").textValue()
                                                + " "
                                                + each.get("conversation"),
                                        each));
    }

    private static List<Message> messages(JsonNode conversation) {
        List<Message> messages = new ArrayList<>();
        for (JsonNode message : conversation) {
            messages.add(
                    new Message(
                            message.get("role").textValue(), message.get("content").textValue()));
        }
        return messages;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void render_eachTemplateAndConversation_givesTheTextOfJinja2(JsonNode expected)
            throws IOException {
        JsonNode golden = golden();
        ChatTemplate template =
                ChatTemplate.of(
                        golden.get("templates")
                                .get(expected.get("template").textValue())
                                .textValue(),
                        new SpecialTokens(
                                Optional.of(golden.get("bos_token").textValue()),
                                Optional.of(golden.get("eos_token").textValue()),
                                List.of()));
        List<Message> messages =
                messages(golden.get("conversations").get(expected.get("conversation").intValue()));
        boolean prompt = expected.get("addGenerationPrompt").booleanValue();

        if (expected.has("text")) {
            assertEquals(expected.get("text").textValue(), template.render(messages, prompt));
        } else {
            TemplateException refused =
                    assertThrows(TemplateException.class, () -> template.render(messages, prompt));
            assertTrue(
                    refused.getMessage()
                            .startsWith(
                                    "the template refuses: "
                                            + expected.get("refusal").textValue()));
        }
    }
}
