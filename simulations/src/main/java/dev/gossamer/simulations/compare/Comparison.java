package dev.gossamer.simulations.compare;

import dev.gossamer.simulations.data.Shards.Scored;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;

/**
 * Arms, each at the rate that suits it.
 *
 * @param sweepSeed the coins of the runs that choose a rate, on validation rows
 * @param seeds the coins of the runs that a result is told by, on the public test
 */
record Comparison(
        String name, List<Arm> arms, long sweepSeed, List<Long> seeds, List<Assertion> assertions) {
    /** Arms of different labels, chosen by other coins than they are scored by. */
    Comparison {
        arms = List.copyOf(arms);
        seeds = List.copyOf(seeds);
        assertions = List.copyOf(assertions);
        if (arms.isEmpty() || seeds.isEmpty()) {
            throw new IllegalArgumentException(
                    "nothing to compare: arms=" + arms.size() + ", seeds=" + seeds.size());
        }
        requireDistinct("arms", labels(arms));
        requireDistinct("seeds", seeds);
        if (seeds.contains(sweepSeed)) {
            throw new IllegalArgumentException(
                    "a rate is chosen by the coins that it is scored by: key=sweep.seed, value="
                            + sweepSeed
                            + ", seeds="
                            + seeds);
        }
        for (Assertion assertion : assertions) {
            requireArm(arms, assertion.better());
            requireArm(arms, assertion.than());
        }
    }

    private static void requireDistinct(String key, Collection<?> values) {
        if (new HashSet<>(values).size() < values.size()) {
            throw new IllegalArgumentException("one twice: key=" + key + ", values=" + values);
        }
    }

    private static List<String> labels(List<Arm> arms) {
        return arms.stream().map(Arm::label).toList();
    }

    private static void requireArm(List<Arm> arms, String label) {
        if (!labels(arms).contains(label)) {
            throw new IllegalArgumentException(
                    "no such arm: label=" + label + ", arms=" + labels(arms));
        }
    }

    /** The arms called {@code labels} alone, and the assertions about them; all where none is. */
    Comparison only(List<String> labels) {
        if (labels.isEmpty()) {
            return this;
        }
        labels.forEach(label -> requireArm(arms, label));
        return new Comparison(
                name,
                arms.stream().filter(arm -> labels.contains(arm.label())).toList(),
                sweepSeed,
                seeds,
                assertions.stream()
                        .filter(a -> labels.contains(a.better()) && labels.contains(a.than()))
                        .toList());
    }

    /**
     * Reads the run file of each arm at each rate.
     *
     * @throws IllegalArgumentException naming the arm, if one is refused
     */
    void requireReadable() {
        for (Arm arm : arms) {
            for (Rate rate : arm.rates()) {
                arm.cell(rate, sweepSeed, Scored.VALIDATION);
            }
        }
    }

    /** How many runs it has. */
    int cells() {
        return arms.stream().mapToInt(arm -> sweeps(arm) + seeds.size()).sum();
    }

    /** An arm with one rate has nothing to choose. */
    static int sweeps(Arm arm) {
        return arm.rates().size() == 1 ? 0 : arm.rates().size();
    }
}
