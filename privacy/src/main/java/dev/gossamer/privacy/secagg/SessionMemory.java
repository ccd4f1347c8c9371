package dev.gossamer.privacy.secagg;

/**
 * What a client must never forget of a run: the last session that it began, and whether it has sent
 * shares in that round.
 *
 * <p>A session is begun once: whoever lost the secrets of one has no others for it. And a round is
 * opened once: after shares were sent, another attempt at the same inputs would open a second sum,
 * and the difference of two sums is what was in one of them alone.
 *
 * @param run its name
 * @param round of the last session, or -1
 * @param attempt of the last session, or -1
 * @param released whether shares were sent in that round
 */
public record SessionMemory(String run, long round, int attempt, boolean released) {
    /** The memory of a client that is new to {@code run}. */
    public static SessionMemory fresh(String run) {
        return new SessionMemory(run, -1, -1, false);
    }

    SessionMemory begin(SessionContext context) throws Refusal {
        boolean isLater =
                context.round() > round
                        || (context.round() == round && context.attempt() > attempt && !released);
        if (!context.run().equals(run) || !isLater) {
            throw new Refusal(
                    Fault.SPENT_SESSION,
                    "session was begun before or its round is closed: run="
                            + context.run()
                            + ", round="
                            + context.round()
                            + ", attempt="
                            + context.attempt()
                            + ", last="
                            + this);
        }
        return new SessionMemory(run, context.round(), context.attempt(), false);
    }

    SessionMemory release() {
        return new SessionMemory(run, round, attempt, true);
    }
}
