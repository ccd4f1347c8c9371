package dev.gossamer.protocols.run;

import static dev.gossamer.protocols.run.Preconditions.requireFraction;
import static dev.gossamer.protocols.run.Preconditions.requireRange;
import static dev.gossamer.protocols.run.Preconditions.requireText;
import static dev.gossamer.protocols.run.Preconditions.requireUnique;

import dev.gossamer.protocols.run.RunFile.Task;

import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The rows that every owner brings.
 *
 * @param set the name that a client maps to its own files
 * @param columns the names of the columns that the task reads
 * @param classes all labels, in the order of the head's outputs; none where the task has no classes
 * @param maxTokens of a row; at most as many as the base has positions
 * @param heldOut the share of an owner's rows that is scored and never trained on
 */
public record DataPlan(
        String set,
        Map<Column, String> columns,
        List<String> classes,
        int maxTokens,
        Truncate truncate,
        double heldOut) {
    /** What stands in a file where there is no second text. */
    static final String NO_COLUMN = "none";

    private static final int MAX_CLASSES = 4096;
    private static final int MAX_CLASS_CHARACTERS = 100;

    /** Far above the positions of any base that a client can hold. */
    private static final int MAX_TOKENS = 1 << 20;

    /** Data of named columns. */
    public DataPlan {
        requireText("data.set", set);
        columns = columns.isEmpty() ? Map.of() : sorted(columns);
        columns.forEach((column, name) -> requireText(key(column), name));
        requireUnique("data", List.copyOf(columns.values()));
        if (NO_COLUMN.equals(columns.get(Column.SECOND_TEXT))) {
            throw new RunFileException("none is no column: key=data.second-text, value=none");
        }
        classes = List.copyOf(classes);
        classes.forEach(c -> requireText("data.classes", c, MAX_CLASS_CHARACTERS));
        requireUnique("data.classes", classes);
        requireRange("data.max-tokens", maxTokens, 1, MAX_TOKENS);
        requireFraction("data.held-out", heldOut);
    }

    private static Map<Column, String> sorted(Map<Column, String> columns) {
        return Collections.unmodifiableMap(new EnumMap<>(columns));
    }

    /** Which part of a text that is too long goes. */
    public enum Truncate implements Word {
        END
    }

    /** The name of {@code column}, where the task reads it. */
    public Optional<String> column(Column column) {
        return Optional.ofNullable(columns.get(column));
    }

    /** Holds columns and classes to what {@code task} needs. */
    void requireFit(Task task) {
        for (Column column : columns.keySet()) {
            if (!task.columns().contains(column)) {
                throw ofAnotherTask(column, task);
            }
        }
        for (Column column : task.columns()) {
            boolean optional = column == Column.SECOND_TEXT;
            if (!optional && !columns.containsKey(column)) {
                throw new RunFileException("missing: key=" + key(column) + ", bound=required");
            }
        }
        if (!task.classifies() && !classes.isEmpty()) {
            throw classesOfAnotherTask(task);
        }
        if (task.classifies() && (classes.size() < 2 || classes.size() > MAX_CLASSES)) {
            throw new RunFileException(
                    "wrong number of classes: key=data.classes, value="
                            + classes.size()
                            + ", bound=2.."
                            + MAX_CLASSES);
        }
    }

    static RunFileException ofAnotherTask(Column column, Task task) {
        return new RunFileException(
                "column of another task: key="
                        + key(column)
                        + ", task="
                        + task.key()
                        + ", columns="
                        + task.columns().stream().map(Column::key).toList());
    }

    static RunFileException classesOfAnotherTask(Task task) {
        return new RunFileException(
                "task has no classes: key=data.classes, task=" + task.key() + "; leave them out");
    }

    private static String key(Column column) {
        return "data." + column.key();
    }
}
