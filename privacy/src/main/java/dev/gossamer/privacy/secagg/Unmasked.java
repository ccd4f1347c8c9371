package dev.gossamer.privacy.secagg;

import java.util.Optional;

/** The client has sent its shares; nothing is left to do. */
record Unmasked() implements ClientPhase {
    @Override
    public Optional<MessageKind> expects() {
        return Optional.empty();
    }

    @Override
    public Next receive(byte[] message) throws Refusal {
        throw new Refusal(Fault.LATE, "this client has answered all of this session");
    }
}
