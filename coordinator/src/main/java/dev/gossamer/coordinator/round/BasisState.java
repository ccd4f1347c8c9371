package dev.gossamer.coordinator.round;

import dev.gossamer.coordinator.cohort.Participant;
import dev.gossamer.protocols.adapter.Digest;
import dev.gossamer.protocols.random.CounterRandom;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** What the fold of a journal knows of a run's basis. */
final class BasisState {
    private final long seed;
    private final List<Digest> made = new ArrayList<>();
    private boolean due = true;
    private int round;
    private Optional<Digest> range = Optional.empty();
    private List<Participant> sketched = List.of();
    private OptionalDouble captured = OptionalDouble.empty();

    BasisState(long seed) {
        this.seed = seed;
    }

    /** A basis is to be made after {@code closedRound}. */
    void due(int closedRound) {
        due = true;
        round = closedRound;
    }

    /** The first pass, in which {@code reporters} took part, found {@code found}. */
    void rangeFound(Digest found, List<Participant> reporters) {
        range = Optional.of(found);
        sketched = List.copyOf(reporters);
    }

    void made(Digest basis) {
        made.add(basis);
        due = false;
        range = Optional.empty();
        sketched = List.of();
        captured = OptionalDouble.empty();
    }

    void captured(OptionalDouble share) {
        captured = share;
    }

    /** Whether there is none, or another one is being made. */
    boolean isDue() {
        return due;
    }

    /** The round after which the last one was made, or is being made; 0 for the first. */
    int round() {
        return round;
    }

    /** The coins of the basis that is due; each has its own, and the first the run's. */
    long coins() {
        return round == 0 ? seed : CounterRandom.of(seed, "basis", round, "").nextLong();
    }

    /** What the first pass found, once it is over. */
    Optional<Digest> range() {
        return range;
    }

    /** Who took part in the first pass. */
    List<Participant> sketched() {
        return sketched;
    }

    /** What the designated node last said that the basis captures. */
    OptionalDouble captured() {
        return captured;
    }

    /** Every basis that was made, in order. */
    List<Digest> made() {
        return List.copyOf(made);
    }
}
