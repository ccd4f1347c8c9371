package dev.gossamer.client.data;

import dev.gossamer.client.text.ChatTemplate;
import dev.gossamer.client.text.Marks;
import dev.gossamer.client.text.Tokenizer;
import dev.gossamer.client.text.jinja.TemplateException;
import dev.gossamer.client.train.Task;
import dev.gossamer.client.weights.PretrainedModel;

import java.util.List;
import java.util.Optional;

/**
 * What one task makes of an owner's rows for one base: tokens, labels, and masks where it masks.
 *
 * @param classes where the task has any
 * @param maxTokens longer rows are cut
 */
public record TaskData(
        PretrainedModel base,
        Task task,
        Columns columns,
        Optional<Classes> classes,
        int maxTokens) {
    /** Whose masks rows are scored with, so that they differ from all that are trained on. */
    private static final String SCORED = "scored";

    /** The rows of {@code source}, before any mask. */
    public EncodedRows read(DataSource source) {
        return EncodedRows.read(source, columns, task, encoder());
    }

    private RowEncoder encoder() {
        Tokenizer tokenizer = tokenizer(base);
        return switch (task) {
            case SEQUENCE_CLASSIFICATION ->
                    new ClassEncoder(tokenizer, classes.orElseThrow(), columns.label(), maxTokens);
            case TOKEN_CLASSIFICATION ->
                    new TagEncoder(tokenizer, classes.orElseThrow(), columns.tags(), maxTokens);
            case MASKED_LM -> new MaskedEncoder(tokenizer, maxTokens);
            case CAUSAL_LM ->
                    new CausalEncoder(tokenizer, Marks.end(tokenizer), chat(base), maxTokens);
        };
    }

    /**
     * The base's tokeniser.
     *
     * @throws IllegalArgumentException if it has none
     */
    public static Tokenizer tokenizer(PretrainedModel base) {
        return base.tokenizer()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "base has no tokeniser: base="
                                                + base.name()
                                                + "; put its tokenizer.json beside the weights"));
    }

    /** How the base wants conversations written, where it says so. */
    public static Optional<ChatFormat> chat(PretrainedModel base) {
        return base.chatTemplate()
                .map(source -> ChatTemplate.of(source, tokenizer(base).specialTokens()))
                .map(template -> (turns, open) -> rendered(template, turns, open));
    }

    private static String rendered(ChatTemplate template, List<ChatTurn> turns, boolean open) {
        List<ChatTemplate.Message> messages =
                turns.stream()
                        .map(turn -> new ChatTemplate.Message(turn.role(), turn.content()))
                        .toList();
        try {
            return template.render(messages, open);
        } catch (TemplateException e) {
            throw new IllegalArgumentException(
                    "the chat template refuses it: " + e.getMessage(), e);
        }
    }

    /**
     * What is trained on: masked anew in each epoch where the task masks.
     *
     * @param owner the node, or what the rows are for
     */
    public Rows trained(List<Example> rows, long seed, String owner) {
        return task == Task.MASKED_LM ? masked(rows, seed, owner) : Rows.of(rows);
    }

    /** What is scored: masked once and for all where the task masks. */
    public List<Example> scored(List<Example> rows, long seed) {
        return task == Task.MASKED_LM ? masked(rows, seed, SCORED).in(0) : rows;
    }

    private Rows masked(List<Example> rows, long seed, String owner) {
        int mask = Marks.mask(tokenizer(base));
        return new MaskedRows(rows, mask, base.base().architecture().vocabulary(), seed, owner);
    }
}
