package dev.gossamer.privacy.accountant;

import dev.gossamer.privacy.accountant.PrivacyEvent.Composed;
import dev.gossamer.privacy.accountant.PrivacyEvent.Gaussian;
import dev.gossamer.privacy.accountant.PrivacyEvent.Mechanism;
import dev.gossamer.privacy.accountant.PrivacyEvent.NonPrivate;
import dev.gossamer.privacy.accountant.PrivacyEvent.PoissonSampled;
import dev.gossamer.privacy.accountant.PrivacyEvent.Release;
import dev.gossamer.privacy.accountant.PrivacyEvent.Repeated;
import dev.gossamer.privacy.accountant.PrivacyEvent.TreeAggregation;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * An event as a list of different single releases, each with how often it happens.
 *
 * <p>Composition bounds know no order, so equal releases are one phase wherever they stand. Only
 * {@link Mechanism}, {@link PoissonSampled} with a rate inside (0, 1) and {@link NonPrivate} are
 * left: a tree is as many Gaussian releases as hold one record.
 */
record Phases(List<Phase> list) {
    /** So many releases are no run, and sums over them could overflow. */
    private static final long MOST_RELEASES = 1_000_000_000_000L;

    /** One release and how often it happens. */
    record Phase(Release release, long times) {}

    /** The phases of {@code event}. */
    static Phases of(PrivacyEvent event) {
        Map<Release, Long> counts = new LinkedHashMap<>();
        collect(event, 1, counts);
        return new Phases(
                counts.entrySet().stream()
                        .map(entry -> new Phase(entry.getKey(), entry.getValue()))
                        .toList());
    }

    /**
     * The phases of an event that {@code accountant} covers.
     *
     * @throws IllegalArgumentException if it does not cover the event
     */
    static Phases covered(Accountant accountant, PrivacyEvent event) {
        return switch (accountant.coverage(event)) {
            case Coverage.Covered _ -> of(event);
            case Coverage.NotCovered(String reason) ->
                    throw new IllegalArgumentException(
                            "event is not covered: accountant="
                                    + accountant.name()
                                    + ", adjacency="
                                    + accountant.adjacency()
                                    + ", cause="
                                    + reason);
        };
    }

    private static void collect(PrivacyEvent event, long times, Map<Release, Long> counts) {
        switch (event) {
            case Mechanism mechanism -> add(mechanism, times, counts);
            case NonPrivate all -> add(all, times, counts);
            case PoissonSampled sampled -> {
                if (sampled.rate() == 1) {
                    add(sampled.mechanism(), times, counts);
                } else if (sampled.rate() > 0) {
                    add(sampled, times, counts);
                }
            }
            case Repeated repeated ->
                    collect(repeated.event(), product(times, repeated.times()), counts);
            case Composed composed ->
                    composed.events().forEach(each -> collect(each, times, counts));
            case TreeAggregation tree ->
                    add(
                            new Gaussian(tree.noiseMultiplier()),
                            product(times, tree.releases()),
                            counts);
        }
    }

    private static void add(Release release, long times, Map<Release, Long> counts) {
        long sum = counts.getOrDefault(release, 0L) + times;
        counts.put(release, requireFew(sum));
    }

    private static long product(long times, long more) {
        return requireFew(Math.multiplyHigh(times, more) == 0 ? times * more : Long.MAX_VALUE);
    }

    private static long requireFew(long releases) {
        if (releases < 0 || releases > MOST_RELEASES) {
            throw new IllegalArgumentException(
                    "too many releases: releases=" + releases + ", bound=" + MOST_RELEASES);
        }
        return releases;
    }

    /** True if something is released without any noise. */
    boolean unprotected() {
        return list.stream().anyMatch(phase -> phase.release() instanceof NonPrivate);
    }

    /**
     * Whether {@code event} is known under {@code adjacency}, and all of its releases are of kinds
     * that {@code refusal} has nothing against.
     */
    static Coverage coverage(
            PrivacyEvent event, Adjacency adjacency, Function<Release, Optional<String>> refusal) {
        if (!event.adjacencies().contains(adjacency)) {
            return new Coverage.NotCovered(
                    "adjacency of the event is one of " + event.adjacencies());
        }
        for (Phase phase : of(event).list()) {
            Optional<String> reason = refusal.apply(phase.release());
            if (reason.isPresent()) {
                return new Coverage.NotCovered(reason.get());
            }
        }
        return new Coverage.Covered();
    }
}
