package dev.gossamer.client.node;

import dev.gossamer.client.adapter.NewHead;
import dev.gossamer.client.adapter.PoolingChoice;
import dev.gossamer.client.adapter.TargetSelector;
import dev.gossamer.client.data.Classes;
import dev.gossamer.client.data.Columns;
import dev.gossamer.client.data.TaskData;
import dev.gossamer.client.model.Linear;
import dev.gossamer.client.model.Transformer;
import dev.gossamer.client.train.Task;
import dev.gossamer.client.weights.PretrainedModel;
import dev.gossamer.protocols.run.Column;
import dev.gossamer.protocols.run.DataPlan;
import dev.gossamer.protocols.run.RunFile;

import java.util.List;
import java.util.Optional;

/**
 * The model that a run trains: a base, and the head of its task. Equal ones are one model.
 *
 * @param seed of a head's new values, which all nodes draw alike
 */
public record RunModel(RunFile.Model model, Task task, int classes, long seed) {
    /** The model of {@code run}. */
    public static RunModel of(RunFile run) {
        return new RunModel(run.model(), task(run), run.data().classes().size(), run.seed());
    }

    private static Task task(RunFile run) {
        return switch (run.task()) {
            case SEQUENCE_CLASSIFICATION -> Task.SEQUENCE_CLASSIFICATION;
            case TOKEN_CLASSIFICATION -> Task.TOKEN_CLASSIFICATION;
            case MASKED_LM -> Task.MASKED_LM;
            case CAUSAL_LM -> Task.CAUSAL_LM;
        };
    }

    /**
     * The head that the task puts on {@code base}.
     *
     * @throws IllegalArgumentException if the base has no such head and none can be made
     */
    public NewHead head(PretrainedModel base) {
        return NewHead.of(base, task, pooling(), classes, seed);
    }

    /** How a sequence becomes one vector, where sequences are classified. */
    public Optional<PoolingChoice> pooling() {
        if (task != Task.SEQUENCE_CLASSIFICATION) {
            return Optional.empty();
        }
        return Optional.of(
                switch (model.pooling()) {
                    case MEAN -> PoolingChoice.MEAN;
                    case CLS -> PoolingChoice.CLS;
                    case HEAD -> PoolingChoice.HEAD;
                });
    }

    /**
     * The maps of {@code base} that {@code run} adapts.
     *
     * @throws IllegalArgumentException if a target is no map of the base, or the rank is larger
     *     than a side
     */
    static List<TargetSelector.Choice> targets(RunFile run, PretrainedModel base) {
        return targets(run, base.base());
    }

    /** The same maps of a version of the base. */
    static List<TargetSelector.Choice> targets(RunFile run, Transformer base) {
        int rank = run.adapter().rank();
        List<Linear> chosen =
                new TargetSelector(run.adapter().targets(), 1)
                        .select(base).stream().map(TargetSelector.Choice::linear).toList();
        int bound =
                chosen.stream().mapToInt(map -> Math.min(map.in(), map.out())).min().orElseThrow();
        if (rank > bound) {
            throw new IllegalArgumentException(
                    "rank is larger than a side of the matrix: key=adapter.rank, value="
                            + rank
                            + ", bound="
                            + bound);
        }
        return chosen.stream().map(map -> new TargetSelector.Choice(map, rank)).toList();
    }

    /** What the task makes of rows of {@code run}. */
    public static TaskData data(RunFile run, PretrainedModel base) {
        DataPlan data = run.data();
        return new TaskData(
                base,
                task(run),
                columns(data),
                run.task().classifies()
                        ? Optional.of(Classes.listed(data.classes()))
                        : Optional.empty(),
                data.maxTokens());
    }

    /** Columns that the task does not read have names that no other has. */
    private static Columns columns(DataPlan data) {
        Columns standard = Columns.standard();
        String text = data.column(Column.TEXT).orElse(standard.text());
        String label = data.column(Column.LABEL).orElse("no " + text);
        return new Columns(
                text,
                data.column(Column.SECOND_TEXT),
                label,
                data.column(Column.PROMPT).orElse(standard.prompt()),
                data.column(Column.COMPLETION).orElse(standard.completion()),
                data.column(Column.MESSAGES).orElse(standard.messages()),
                text,
                label,
                Optional.empty());
    }
}
