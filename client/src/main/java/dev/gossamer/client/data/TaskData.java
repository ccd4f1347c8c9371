package dev.gossamer.client.data;

import dev.gossamer.client.text.ChatTemplate;
import dev.gossamer.client.text.SpecialTokens;
import dev.gossamer.client.text.Tokenizer;
import dev.gossamer.client.train.Task;
import dev.gossamer.client.weights.PretrainedModel;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What one task makes of an owner's rows for one base: tokens, labels, and masks where it masks.
 *
 * @param classes where the task has any
 * @param maxTokens longer rows are cut
 */
public record TaskData(
        PretrainedModel base, Task task, Columns columns, Optional<Classes> classes, int maxTokens) {
    /** What BERT and RoBERTa, and all that descend from them, call the mask. */
    private static final List<String> MASKS = List.of("[MASK]", "<mask>");

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
                    new CausalEncoder(tokenizer, end(tokenizer), chat(base), maxTokens);
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

    private static OptionalInt end(Tokenizer tokenizer) {
        return tokenizer
                .specialTokens()
                .end()
                .map(tokenizer::id)
                .orElseGet(OptionalInt::empty);
    }

    /** How the base wants conversations written, where it says so. */
    public static Optional<ChatFormat> chat(PretrainedModel base) {
        SpecialTokens special =
                base.tokenizer().map(Tokenizer::specialTokens).orElse(SpecialTokens.UNKNOWN);
        return base.chatTemplate()
                .map(source -> ChatTemplate.of(source, special))
                .map(
                        template ->
                                (turns, openAnswer) ->
                                        template.render(
                                                turns.stream()
                                                        .map(TaskData::message)
                                                        .toList(),
                                                openAnswer));
    }

    private static ChatTemplate.Message message(ChatTurn turn) {
        return new ChatTemplate.Message(turn.role(), turn.content());
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
        int mask = mask(tokenizer(base));
        return new MaskedRows(rows, mask, base.base().architecture().vocabulary(), seed, owner);
    }

    private static int mask(Tokenizer tokenizer) {
        return MASKS.stream()
                .map(tokenizer::id)
                .flatMapToInt(OptionalInt::stream)
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "tokeniser has no mask: looked for=" + MASKS));
    }
}
