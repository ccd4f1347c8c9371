package dev.gossamer.privacy.secagg;

import java.util.List;
import java.util.Optional;

/** What a client made of a message. */
public sealed interface ClientStep {
    /**
     * The client went on.
     *
     * @param record for the journal: it must be durable before {@code answer} leaves; it may hold
     *     secrets
     * @param answer for the server, if this step has one
     */
    @SuppressWarnings("ArrayRecordComponent") // a part of a message, never compared
    record Advanced(byte[] record, Optional<byte[]> answer) implements ClientStep {}

    /**
     * The message was answered before, with the same bytes.
     *
     * @param answer that was given, for the server
     */
    record Repeated(Optional<byte[]> answer) implements ClientStep {}

    /**
     * The message was refused, and the client is where it was.
     *
     * @param fault the kind of fault
     * @param reason one line for people
     * @param culprits names of members to blame, as far as that is known
     */
    record Refused(Fault fault, String reason, List<String> culprits) implements ClientStep {
        static Refused of(Refusal refusal) {
            return new Refused(refusal.fault(), refusal.getMessage(), refusal.culprits());
        }
    }
}
