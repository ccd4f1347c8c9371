package dev.gossamer.coordinator.journal;

import dev.gossamer.coordinator.cohort.Participant;
import dev.gossamer.protocols.adapter.Digest;

import java.util.List;

/** One thing that happened to a run; the run's state is the fold of its entries. */
@SuppressWarnings("ArrayRecordComponent") // entries are folded once, never compared
public sealed interface Entry {
    /** Whether nothing that was reported before is needed any more. */
    default boolean decides() {
        return switch (this) {
            case RangeFound _, BasisMade _, RoundClosed _, RoundAbandoned _ -> true;
            case Started _, BasisDue _, SketchOpened _, RoundOpened _ -> false;
            case Reported _, Scored _, Evaluated _, Ended _ -> false;
        };
    }

    /** The run began; the run file as resolved. */
    record Started(String runFile) implements Entry {}

    /**
     * A basis is to be made at this standing, whose every R is zero: the first of a run in which
     * all clients find it, or another one, what R had learnt being in the base.
     *
     * @param standing has the shapes of the targets in the basis's place
     */
    record BasisDue(Standing standing) implements Entry {}

    /** A pass of the range finder, 1 or 2, was opened to a cohort; attempts count from 1. */
    record SketchOpened(int pass, int attempt, List<Participant> cohort) implements Entry {
        /** Copies the cohort. */
        public SketchOpened {
            cohort = List.copyOf(cohort);
        }
    }

    /** The first pass is over; what it found is held as an artifact. */
    record RangeFound(Digest range) implements Entry {}

    /** Basis and adapter are held as artifacts: the first, or those that the run goes on with. */
    record BasisMade(Standing standing) implements Entry {}

    /** A round was opened to a cohort; attempts count from 1. */
    record RoundOpened(int round, int attempt, List<Participant> cohort) implements Entry {
        /** Copies the cohort. */
        public RoundOpened {
            cohort = List.copyOf(cohort);
        }
    }

    /** A report of the open round or pass was accepted; the frame as it came. */
    record Reported(byte[] frame) implements Entry {}

    /** The round was aggregated; what it came to is held as artifacts. */
    record RoundClosed(int round, Standing standing) implements Entry {}

    /** Too few reported to a round or a pass; nothing of the attempt was used. */
    record RoundAbandoned(int round, int attempt) implements Entry {}

    /** An evaluation report was accepted; the frame as it came. */
    record Scored(byte[] frame) implements Entry {}

    /** The evaluation of a round is over. */
    record Evaluated(int round) implements Entry {}

    /** The run is over. */
    record Ended(String outcome) implements Entry {}
}
