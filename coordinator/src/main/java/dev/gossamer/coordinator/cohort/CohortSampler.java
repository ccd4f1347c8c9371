package dev.gossamer.coordinator.cohort;

import dev.gossamer.protocols.node.NodeId;
import dev.gossamer.protocols.random.CounterRandom;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Picks the cohort of a round, uniformly and without replacement, by the run's seed. */
public record CohortSampler(long seed, int size) {
    /** A sampler of at least one. */
    public CohortSampler {
        if (size < 1) {
            throw new IllegalArgumentException("cohort must not be empty: size=" + size);
        }
    }

    /** The cohort, in order of ids; all of {@code members} where they are no more than its size. */
    public List<NodeId> sample(Collection<NodeId> members, int round, int attempt) {
        List<NodeId> sorted = members.stream().sorted().toList();
        CounterRandom random = CounterRandom.of(seed, "cohort", round, "attempt-" + attempt);
        int[] order = random.permutation(sorted.size());
        List<NodeId> cohort = new ArrayList<>();
        for (int i = 0; i < Math.min(size, sorted.size()); i++) {
            cohort.add(sorted.get(order[i]));
        }
        cohort.sort(null);
        return cohort;
    }
}
