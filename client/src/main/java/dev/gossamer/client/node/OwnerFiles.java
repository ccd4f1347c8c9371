package dev.gossamer.client.node;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Which of the owner's files stand for the data sets that run files name.
 *
 * <p>The owner decides: a run can ask for a set by name only, and gets no other file.
 *
 * @param rank the most that the owner's machine trains, 0 for any rank
 */
public record OwnerFiles(Map<String, Path> sets, int rank) {
    /** Copies the map. */
    public OwnerFiles {
        sets = Map.copyOf(sets);
        if (rank < 0) {
            throw new IllegalArgumentException("rank out of range: rank=" + rank + ", bound=0");
        }
    }

    /** Files of an owner whose machine trains any rank. */
    public OwnerFiles(Map<String, Path> sets) {
        this(sets, 0);
    }

    /** The same files on a machine that trains at most {@code most}, 0 for any rank. */
    public OwnerFiles withRank(int most) {
        return new OwnerFiles(sets, most);
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
