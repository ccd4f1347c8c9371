package dev.gossamer.privacy.accountant;

/**
 * Turns events into upper bounds on epsilon and delta, under one adjacency.
 *
 * <p>Accountants keep no state: who charges, and when, is the ledger's business.
 */
public sealed interface Accountant permits RdpAccountant, PldAccountant, GaussianAccountant {
    /** Its short name: {@code rdp}, {@code pld} or {@code gaussian}. */
    String name();

    /** The adjacency that its answers hold for. */
    Adjacency adjacency();

    /** Whether it can account for {@code event}. */
    Coverage coverage(PrivacyEvent event);

    /**
     * The least epsilon that it can show at {@code delta}; infinite where it can show none.
     *
     * @throws IllegalArgumentException if the event is not covered, or delta is not in (0, 1)
     */
    PrivacyBound epsilon(PrivacyEvent event, double delta);

    /**
     * The least delta that it can show at {@code epsilon}, at most 1.
     *
     * @throws IllegalArgumentException if the event is not covered, or epsilon is out of range
     */
    PrivacyBound delta(PrivacyEvent event, double epsilon);

    /** The epsilon as a statement with its delta and adjacency. */
    default PrivacySpent spent(PrivacyEvent event, double delta) {
        return new PrivacySpent(epsilon(event, delta).value(), delta, adjacency());
    }
}
