package dev.gossamer.client.privacy;

import dev.gossamer.client.command.Words;
import dev.gossamer.privacy.accountant.Accountant;
import dev.gossamer.privacy.accountant.Adjacency;
import dev.gossamer.privacy.accountant.GaussianAccountant;
import dev.gossamer.privacy.accountant.PldAccountant;
import dev.gossamer.privacy.accountant.PrivacyEvent;
import dev.gossamer.privacy.accountant.PrivacyPreconditions;
import dev.gossamer.privacy.accountant.RdpAccountant;
import dev.gossamer.privacy.accountant.Sampling;

import picocli.CommandLine.Option;

import java.util.ArrayList;
import java.util.List;

/** The options that describe noisy releases but for their noise, and who accounts for them. */
final class ReleaseOptions {
    /** Mechanisms that are known by name. */
    private enum Mechanism {
        GAUSSIAN,
        TREE
    }

    @Option(
            names = "--mechanism",
            defaultValue = "gaussian",
            paramLabel = "gaussian|tree",
            description = "noise on each step's sum, or on the sums of a binary tree over them")
    private String mechanism;

    @Option(
            names = "--sampling-rate",
            paramLabel = "Q",
            description =
                    "each one's probability of taking part in a step, 1 by default; counts only"
                            + " if sampling is Poisson, its coins are secret and nobody sees who"
                            + " takes part: otherwise give 1; repeatable")
    private List<Double> samplingRates = List.of();

    @Option(
            names = "--steps",
            paramLabel = "T",
            description = "releases, 1 by default; repeatable for phases, paired up by position")
    private List<Long> steps = List.of();

    @Option(names = "--leaves", paramLabel = "N", description = "of a tree: its steps")
    private Long leaves;

    @Option(
            names = "--restarts",
            paramLabel = "K",
            description = "further trees in which the same records take part, 0 by default")
    private Integer restarts;

    @Option(names = "--delta", required = true, paramLabel = "D")
    private double delta;

    @Option(
            names = "--accountant",
            paramLabel = "pld|rdp|gaussian",
            description = "pld by default, which is the tightest; rdp for a tree")
    private String accountant;

    @Option(names = "--json", description = "one JSON object")
    private boolean json;

    /** Accountants by name. */
    private enum AccountantName {
        PLD,
        RDP,
        GAUSSIAN
    }

    private Mechanism mechanism() {
        return Words.parse("--mechanism", mechanism, Mechanism.class);
    }

    double delta() {
        return PrivacyPreconditions.delta(delta);
    }

    boolean json() {
        return json;
    }

    private Adjacency adjacency() {
        return switch (mechanism()) {
            case GAUSSIAN -> Adjacency.ADD_OR_REMOVE_ONE;
            case TREE -> Adjacency.REPLACE_WITH_ZERO;
        };
    }

    /** The one that was asked for, or the default of the mechanism. */
    Accountant accountant() {
        if (accountant != null) {
            return named(Words.parse("--accountant", accountant, AccountantName.class));
        }
        return named(
                switch (mechanism()) {
                    case GAUSSIAN -> AccountantName.PLD;
                    case TREE -> AccountantName.RDP;
                });
    }

    private Accountant named(AccountantName name) {
        return switch (name) {
            case PLD -> PldAccountant.of(adjacency());
            case RDP -> RdpAccountant.of(adjacency());
            case GAUSSIAN -> GaussianAccountant.of(adjacency());
        };
    }

    /** All other accountants that cover {@code event}. */
    List<Accountant> others(PrivacyEvent event) {
        List<Accountant> others = new ArrayList<>();
        for (AccountantName name : AccountantName.values()) {
            Accountant other = named(name);
            if (!other.name().equals(accountant().name()) && other.coverage(event).covered()) {
                others.add(other);
            }
        }
        return others;
    }

    /**
     * The releases with that noise, one multiplier for all phases or one for each.
     *
     * @throws IllegalArgumentException if options do not go together
     */
    PrivacyEvent event(List<Double> noiseMultipliers) {
        return switch (mechanism()) {
            case GAUSSIAN -> {
                refuse("--leaves", leaves);
                refuse("--restarts", restarts);
                yield phases(noiseMultipliers);
            }
            case TREE -> tree(noiseMultipliers);
        };
    }

    private PrivacyEvent tree(List<Double> noiseMultipliers) {
        refuse("--sampling-rate", samplingRates.isEmpty() ? null : samplingRates);
        refuse("--steps", steps.isEmpty() ? null : steps);
        if (leaves == null) {
            throw new IllegalArgumentException("missing: --leaves, with --mechanism=tree");
        }
        if (noiseMultipliers.size() != 1) {
            throw new IllegalArgumentException(
                    "too many values: --noise-multiplier="
                            + noiseMultipliers
                            + ", bound=1 with --mechanism=tree");
        }
        return new PrivacyEvent.TreeAggregation(
                noiseMultipliers.getFirst(), leaves, restarts == null ? 0 : restarts);
    }

    private void refuse(String option, Object value) {
        if (value != null) {
            throw new IllegalArgumentException(
                    "option does not go with the mechanism: "
                            + option
                            + "="
                            + value
                            + ", --mechanism="
                            + mechanism);
        }
    }

    private PrivacyEvent phases(List<Double> noiseMultipliers) {
        List<Double> rates = samplingRates.isEmpty() ? List.of(1.0) : samplingRates;
        List<Long> counts = steps.isEmpty() ? List.of(1L) : steps;
        int phases = Math.max(noiseMultipliers.size(), Math.max(rates.size(), counts.size()));
        requirePaired("--noise-multiplier", noiseMultipliers, phases);
        requirePaired("--sampling-rate", rates, phases);
        requirePaired("--steps", counts, phases);
        List<PrivacyEvent> events = new ArrayList<>();
        for (int i = 0; i < phases; i++) {
            PrivacyEvent release =
                    Sampling.secretPoisson(at(rates, i))
                            .charge(new PrivacyEvent.Gaussian(at(noiseMultipliers, i)));
            events.add(
                    new PrivacyEvent.Repeated(
                            release, PrivacyPreconditions.positive("steps", at(counts, i))));
        }
        return new PrivacyEvent.Composed(events);
    }

    private static <T> T at(List<T> values, int phase) {
        return values.get(Math.min(phase, values.size() - 1));
    }

    private static void requirePaired(String option, List<?> values, int phases) {
        if (values.size() != 1 && values.size() != phases) {
            throw new IllegalArgumentException(
                    "phases do not pair up: "
                            + option
                            + "="
                            + values
                            + ", phases="
                            + phases
                            + "; give one value, or one for each phase");
        }
    }
}
