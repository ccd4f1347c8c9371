package dev.gossamer.simulations.data;

import dev.gossamer.protocols.run.Column;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One row of a data set before it is dealt.
 *
 * @param columns what a task may read
 * @param facts what a partition may go by besides, by name
 */
public record SourceRow(Map<Column, String> columns, Map<String, String> facts) {
    /** Copies the maps. */
    public SourceRow {
        columns = Map.copyOf(columns);
        facts = Map.copyOf(facts);
    }

    /** A text with its class. */
    public static SourceRow labelled(String text, String label) {
        return new SourceRow(
                Map.of(Column.TEXT, text, Column.LABEL, label), Map.of(Column.LABEL.key(), label));
    }

    /** What {@code column} holds, if the row has it. */
    public Optional<String> column(Column column) {
        return Optional.ofNullable(columns.get(column));
    }

    /**
     * The fact called {@code name}.
     *
     * @throws IllegalArgumentException naming those that there are, if there is none
     */
    String fact(String name) {
        if (!facts.containsKey(name)) {
            throw new IllegalArgumentException(
                    "data set has no such column: key=simulate.partition.natural, value="
                            + name
                            + ", columns="
                            + new TreeMap<>(facts).keySet());
        }
        return facts.get(name);
    }
}
