package dev.gossamer.coordinator.journal;

import dev.gossamer.coordinator.cohort.Participant;

import java.util.List;

/** One thing that happened to a run; the run's state is the fold of its entries. */
@SuppressWarnings("ArrayRecordComponent") // entries are folded once, never compared
public sealed interface Entry {
    /** The run began; the run file as resolved. */
    record Started(String runFile) implements Entry {}

    /** Basis and adapter are held as artifacts: the first, or those that the run goes on with. */
    record BasisMade(Standing standing) implements Entry {}

    /** A round was opened to a cohort; attempts count from 1. */
    record RoundOpened(int round, int attempt, List<Participant> cohort) implements Entry {
        /** Copies the cohort. */
        public RoundOpened {
            cohort = List.copyOf(cohort);
        }
    }

    /** A training report was accepted; the frame as it came. */
    record Reported(byte[] frame) implements Entry {}

    /** The round was aggregated; what it came to is held as artifacts. */
    record RoundClosed(int round, Standing standing) implements Entry {}

    /** Too few reported; nothing of the attempt was used. */
    record RoundAbandoned(int round, int attempt) implements Entry {}

    /** An evaluation report was accepted; the frame as it came. */
    record Scored(byte[] frame) implements Entry {}

    /** The evaluation of a round is over. */
    record Evaluated(int round) implements Entry {}

    /** The run is over. */
    record Ended(String outcome) implements Entry {}
}
