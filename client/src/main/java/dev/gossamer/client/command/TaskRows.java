package dev.gossamer.client.command;

import dev.gossamer.client.data.Classes;
import dev.gossamer.client.data.Columns;
import dev.gossamer.client.data.DataSource;
import dev.gossamer.client.data.EncodedRows;
import dev.gossamer.client.data.Example;
import dev.gossamer.client.data.Rows;
import dev.gossamer.client.data.TaskData;
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
        EncodedRows encoded = data(classes).read(source);
        if (encoded.truncated() > 0) {
            terminal.line(
                    "truncated: rows=%d of %d, bound=%d tokens",
                    encoded.truncated(), encoded.rows().size(), maxTokens);
        }
        return encoded.rows();
    }

    private TaskData data(Optional<Classes> classes) {
        return new TaskData(base, task, columns, classes, maxTokens);
    }

    /** What is trained on: masked anew in each epoch where the task masks. */
    Rows trained(List<Example> rows) {
        return data(Optional.empty()).trained(rows, seed, "trained");
    }

    /** What is scored: masked once and for all where the task masks. */
    List<Example> scored(List<Example> rows) {
        return data(Optional.empty()).scored(rows, seed);
    }
}
