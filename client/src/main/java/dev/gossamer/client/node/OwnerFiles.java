package dev.gossamer.client.node;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Which of the owner's files stand for the data sets that run files name.
 *
 * <p>The owner decides: a run can ask for a set by name only, and gets no other file.
 */
public record OwnerFiles(Map<String, Path> sets) {
    /** Copies the map. */
    public OwnerFiles {
        sets = Map.copyOf(sets);
    }

    /** The file of {@code set}, if the owner maps one. */
    public Optional<Path> find(String set) {
        return Optional.ofNullable(sets.get(set));
    }

    /**
     * The file of {@code set}.
     *
     * @throws IllegalArgumentException naming what is mapped, if there is none
     */
    public Path require(String set) {
        return find(set)
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "no file for the run's data set: set="
                                                + set
                                                + ", mapped="
                                                + new TreeMap<>(sets).keySet()
                                                + "; map it with --data "
                                                + set
                                                + "=FILE|DIR"));
    }
}
