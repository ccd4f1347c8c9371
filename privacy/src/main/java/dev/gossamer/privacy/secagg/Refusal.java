package dev.gossamer.privacy.secagg;

import java.util.List;

/** What a peer sent cannot be accepted; it ends as a value at the edge of the state machines. */
public final class Refusal extends Exception {
    private static final long serialVersionUID = 1L;

    private final Fault fault;
    private final transient List<String> culprits;

    Refusal(Fault fault, String message) {
        this(fault, message, List.of());
    }

    Refusal(Fault fault, String message, List<String> culprits) {
        super(message, null, false, false);
        this.fault = fault;
        this.culprits = List.copyOf(culprits);
    }

    /** The kind of fault. */
    public Fault fault() {
        return fault;
    }

    /** The names of those who are to blame, as far as that is known. */
    public List<String> culprits() {
        return culprits;
    }
}
