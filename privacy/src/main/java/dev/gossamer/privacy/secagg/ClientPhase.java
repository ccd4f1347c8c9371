package dev.gossamer.privacy.secagg;

import java.util.Optional;

/**
 * What a client waits for. A phase does not change: a message leads to the next phase or is
 * refused, and then the client is where it was.
 */
sealed interface ClientPhase
        permits AwaitKeys,
                AwaitReveals,
                AwaitDelivery,
                AwaitInput,
                AwaitSurvivors,
                AwaitVotes,
                Unmasked {
    /** The kind of message that leads on; none where the client itself, or nothing, does. */
    Optional<MessageKind> expects();

    /** Where {@code message}, of the expected kind, leads. */
    Next receive(byte[] message) throws Refusal;

    /**
     * A step.
     *
     * @param phase that follows
     * @param answer for the server, if there is one
     */
    record Next(ClientPhase phase, Optional<byte[]> answer) {}
}
