package dev.gossamer.coordinator.round;

import dev.gossamer.coordinator.journal.Entry;
import dev.gossamer.coordinator.journal.Standing;
import dev.gossamer.protocols.method.AggregationError;
import dev.gossamer.protocols.method.Aggregator;
import dev.gossamer.protocols.node.Compute;

import java.util.Optional;

/**
 * The end of a round: the next adapter is made off the node's thread, as decompositions of large
 * matrices would keep everybody waiting, and the round takes no more reports meanwhile.
 */
final class Closing {
    private final RunState state;
    private final StandingWriter writer;
    private final Scoring scoring;
    private final Compute compute;
    private final Desk desk;

    /** What a round came to, held as artifacts. */
    private record Made(Standing standing, Optional<AggregationError> error) {}

    Closing(RunState state, StandingWriter writer, Scoring scoring, Compute compute, Desk desk) {
        this.state = state;
        this.writer = writer;
        this.scoring = scoring;
        this.compute = compute;
        this.desk = desk;
    }

    /** Begins to close {@code round}, which is open; nothing is journaled before it is made. */
    void begin(Round round) {
        round.beginClosing();
        compute.submit(
                new Compute.Work<Made>() {
                    @Override
                    public long tokens() {
                        return 0;
                    }

                    @Override
                    public Made run() {
                        return made(round);
                    }
                },
                outcome -> {
                    switch (outcome) {
                        case Compute.Outcome.Done<Made> done -> made(round, done.value());
                        case Compute.Outcome.Failed<Made> failed -> throw thrown(failed.cause());
                    }
                });
    }

    private Made made(Round round) {
        Aggregator.Outcome outcome = state.outcomeOfOpenRound();
        return new Made(
                writer.after(round.number(), state.standing(), state.published(), outcome),
                outcome.error());
    }

    /** A disk that fails while a round is closed ends the node as it does at any other time. */
    private static RuntimeException thrown(Exception cause) {
        return cause instanceof RuntimeException unchecked
                ? unchecked
                : new IllegalStateException(cause);
    }

    private void made(Round round, Made made) {
        desk.record(new Entry.RoundClosed(round.number(), made.standing()));
        scoring.begin(round.number(), made.error());
        desk.advance();
    }
}
