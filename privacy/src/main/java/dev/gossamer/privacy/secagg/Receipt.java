package dev.gossamer.privacy.secagg;

import java.util.List;

/** What the server made of a member's message. */
public sealed interface Receipt {
    /** It counts: it must be durable, with its sender, before it is acknowledged. */
    record Accepted() implements Receipt {}

    /** It is there already, with the same bytes: it is to be acknowledged again. */
    record Repeated() implements Receipt {}

    /**
     * It was refused, and nothing changed.
     *
     * @param fault the kind of fault
     * @param reason one line for people
     * @param culprits names of members to blame, as far as that is known
     */
    record Rejected(Fault fault, String reason, List<String> culprits) implements Receipt {
        static Rejected of(Refusal refusal) {
            return new Rejected(refusal.fault(), refusal.getMessage(), refusal.culprits());
        }
    }
}
