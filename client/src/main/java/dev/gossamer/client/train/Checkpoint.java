package dev.gossamer.client.train;

import dev.gossamer.protocols.adapter.Digest;

import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * All that an interrupted training needs to go on as if it had not been interrupted.
 *
 * <p>Coins are drawn from counters, so that the position in the order of rows stands for all of
 * them.
 *
 * @param settings what the training depends on, by name; one with other settings cannot go on
 * @param layout the fingerprint of the trained values' layout
 * @param best where the training stops early
 */
public record Checkpoint(
        Map<String, String> settings,
        Digest layout,
        TrainingState state,
        Optional<EarlyStop.Best> best) {
    /** Copies the map. */
    public Checkpoint {
        settings = Map.copyOf(settings);
    }

    /** How many steps were taken. */
    public int step() {
        return state.step();
    }

    /**
     * Holds this to a training of {@code wanted} settings, in their order, and {@code layout}.
     *
     * @throws CheckpointException naming the first setting that differs
     */
    public void requireFit(Path file, Map<String, String> wanted, Digest wantedLayout) {
        Set<String> names = new LinkedHashSet<>(wanted.keySet());
        names.addAll(new TreeSet<>(settings.keySet()));
        for (String name : names) {
            String had = settings.getOrDefault(name, "none");
            String now = wanted.getOrDefault(name, "none");
            if (!had.equals(now)) {
                throw new CheckpointException(
                        "checkpoint of another training: file="
                                + file
                                + ", setting="
                                + name
                                + ", checkpoint="
                                + had
                                + ", now="
                                + now
                                + "; resume with the same options, or train into another folder");
            }
        }
        if (!layout.equals(wantedLayout)) {
            throw new CheckpointException(
                    "checkpoint of another adapter: file="
                            + file
                            + ", layout="
                            + layout
                            + ", now="
                            + wantedLayout);
        }
    }
}
