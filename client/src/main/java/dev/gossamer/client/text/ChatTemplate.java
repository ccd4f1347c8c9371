package dev.gossamer.client.text;

import dev.gossamer.client.text.jinja.Template;
import dev.gossamer.client.text.jinja.TemplateException;
import dev.gossamer.client.text.jinja.Value;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How a model was taught to see a conversation: a Jinja template that comes with its tokeniser.
 *
 * <p>What it gives names the special tokens itself, so {@link Tokenizer#encodeBare} reads it.
 * Immutable; any thread may render.
 */
public final class ChatTemplate {
    private final Template template;
    private final SpecialTokens specialTokens;

    /**
     * What someone said.
     *
     * @param role {@code system}, {@code user}, {@code assistant}, or what else the template knows
     */
    public record Message(String role, String content) {}

    private ChatTemplate(Template template, SpecialTokens specialTokens) {
        this.template = template;
        this.specialTokens = specialTokens;
    }

    /**
     * Reads a template, for a model with those special tokens.
     *
     * @throws TemplateException if it is malformed, or uses what is not supported
     */
    public static ChatTemplate of(String source, SpecialTokens specialTokens) {
        return new ChatTemplate(Template.parse(source), specialTokens);
    }

    /**
     * The conversation as one text.
     *
     * @param addGenerationPrompt whether the beginning of an answer of the assistant's follows
     * @throws TemplateException if the template refuses the conversation, such as roles that do not
     *     take turns
     */
    public String render(List<Message> messages, boolean addGenerationPrompt) {
        List<Value> values = new ArrayList<>();
        for (Message message : messages) {
            Map<String, Value> entries = new LinkedHashMap<>();
            entries.put("role", Value.of(message.role()));
            entries.put("content", Value.of(message.content()));
            values.add(new Value.Mapping(entries));
        }
        Map<String, Value> all = new LinkedHashMap<>();
        all.put("messages", new Value.Sequence(values));
        all.put("add_generation_prompt", Value.of(addGenerationPrompt));
        all.put("tools", Value.none());
        all.put("documents", Value.none());
        specialTokens.beginning().ifPresent(token -> all.put("bos_token", Value.of(token)));
        specialTokens.end().ifPresent(token -> all.put("eos_token", Value.of(token)));
        return template.render(all);
    }
}
