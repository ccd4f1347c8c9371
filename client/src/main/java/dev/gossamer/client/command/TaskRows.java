package dev.gossamer.client.command;

import dev.gossamer.client.data.CausalEncoder;
import dev.gossamer.client.data.ChatFormat;
import dev.gossamer.client.data.ChatTurn;
import dev.gossamer.client.data.ClassEncoder;
import dev.gossamer.client.data.Classes;
import dev.gossamer.client.data.Columns;
import dev.gossamer.client.data.DataSource;
import dev.gossamer.client.data.EncodedRows;
import dev.gossamer.client.data.Example;
import dev.gossamer.client.data.MaskedEncoder;
import dev.gossamer.client.data.MaskedRows;
import dev.gossamer.client.data.RowEncoder;
import dev.gossamer.client.data.Rows;
import dev.gossamer.client.data.TagEncoder;
import dev.gossamer.client.text.ChatTemplate;
import dev.gossamer.client.text.Tokenizer;
import dev.gossamer.client.text.jinja.TemplateException;
import dev.gossamer.client.train.Task;
import dev.gossamer.client.weights.PretrainedModel;

import java.util.List;
import java.util.Optional;

/**
 * An owner's rows as a task on one base needs them.
 *
 * @param maxTokens longer rows are cut
 * @param seed of the masks of masked language modelling
 */
record TaskRows(
        PretrainedModel base,
        Task task,
        Columns columns,
        int maxTokens,
        long seed,
        Terminal terminal) {
    /** Whose masks rows are scored with, so that they differ from all that are trained on. */
    private static final String SCORED = "scored";

    /** The base's tokeniser. */
    static Tokenizer tokenizer(PretrainedModel base) {
        return base.tokenizer()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "base has no tokeniser: base="
                                                + base.name()
                                                + "; put its tokenizer.json beside the weights"));
    }

    /**
     * The bound of tokens that an owner asks for, or the model's own.
     *
     * @param asked 0 where nothing is asked for
     */
    static int maxTokens(PretrainedModel base, int asked) {
        int bound = base.base().architecture().positions();
        if (asked < 0 || asked > bound) {
            throw new IllegalArgumentException(
                    "out of the model's range: --max-tokens=" + asked + ", bound=" + bound);
        }
        return asked == 0 ? bound : asked;
    }

    /**
     * The classes that {@code listed} names, else those that the rows have; none without labels.
     */
    List<String> classes(DataSource source, List<String> listed) {
        return switch (task) {
            case MASKED_LM, CAUSAL_LM -> List.of();
            case SEQUENCE_CLASSIFICATION, TOKEN_CLASSIFICATION ->
                    listed.isEmpty()
                            ? Classes.seenIn(source, columns, task).names()
                            : Classes.listed(listed).names();
        };
    }

    /** All rows of {@code source}, tokenised; says once how many were cut. */
    List<Example> read(DataSource source, Optional<Classes> classes) {
        EncodedRows encoded = EncodedRows.read(source, columns, task, encoder(classes));
        if (encoded.truncated() > 0) {
            terminal.line(
                    "truncated: rows=%d of %d, bound=%d tokens",
                    encoded.truncated(), encoded.rows().size(), maxTokens);
        }
        return encoded.rows();
    }

    private RowEncoder encoder(Optional<Classes> classes) {
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

    /** How the base wants conversations written, where it says so. */
    static Optional<ChatFormat> chat(PretrainedModel base) {
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

    /** What is trained on: masked anew in each epoch where the task masks. */
    Rows trained(List<Example> rows) {
        return task == Task.MASKED_LM ? masked(rows, "trained") : Rows.of(rows);
    }

    /** What is scored: masked once and for all where the task masks. */
    List<Example> scored(List<Example> rows) {
        return task == Task.MASKED_LM ? masked(rows, SCORED).in(0) : rows;
    }

    private Rows masked(List<Example> rows, String use) {
        return new MaskedRows(
                rows,
                Marks.mask(tokenizer(base)),
                base.base().architecture().vocabulary(),
                seed,
                use);
    }
}
