package dev.gossamer.privacy.secagg;

/** What a server collects. A message that is refused changes nothing. */
sealed interface ServerPhase
        permits CollectAdverts,
                CollectReveals,
                CollectShares,
                CollectInputs,
                CollectVotes,
                CollectUnmasking {
    /** The kind of message that is collected. */
    MessageKind collects();

    /** Takes the first message of {@code name}. */
    void accept(String name, byte[] message) throws Refusal;

    /** Whether everybody of whom a message is wanted has sent it. */
    boolean isComplete();

    /** Ends the phase with what is there; the session fails if that is not enough. */
    Closed close() throws Refusal;

    /** What follows a phase. */
    sealed interface Closed {
        /**
         * Another phase.
         *
         * @param phase that follows
         * @param step that leads there
         */
        record Next(ServerPhase phase, ServerStep.Send step) implements Closed {}

        /**
         * The end.
         *
         * @param result of the session
         */
        record End(SecAggResult result) implements Closed {}
    }
}
