package dev.gossamer.privacy.secagg;

import dev.gossamer.privacy.identity.RosterTrust;

import java.util.List;

/**
 * What a session ended in.
 *
 * @param sums one, or one for each group that was opened
 * @param dropped members whose inputs are in no sum, by name
 * @param liars members whose shares miss the polynomial that the others' lie on, by name: they
 *     lied, or were dealt something else
 * @param guarantee what can be claimed of it
 */
public record SecAggResult(
        List<Sum> sums, List<String> dropped, List<String> liars, Guarantee guarantee) {
    /** Lists of its own. */
    public SecAggResult {
        sums = List.copyOf(sums);
        dropped = List.copyOf(dropped);
        liars = List.copyOf(liars);
    }

    /**
     * The sum of some members' inputs.
     *
     * @param members by name
     * @param words their sum in the ring
     */
    public record Sum(List<String> members, RingVector words) {
        /** How many inputs are in the sum. */
        public int count() {
            return members.size();
        }
    }

    /**
     * The sum of the one group of a session without groups.
     *
     * @throws IllegalStateException if there are several
     */
    public Sum sum() {
        if (sums.size() != 1) {
            throw new IllegalStateException("not one sum: sums=" + sums.size());
        }
        return sums.getFirst();
    }

    /**
     * What can be claimed of a session, for a certificate.
     *
     * @param trust in members' keys, on which the claim rests
     * @param parameters of the session
     * @param members that had keys in it
     */
    public record Guarantee(RosterTrust trust, SecAggParameters parameters, int members) {
        /** Whether inputs were hidden from a server that breaks the protocol. */
        public boolean holdsAgainstMaliciousServer() {
            return switch (trust) {
                case RosterTrust.PinnedRoster _ -> true;
                case RosterTrust.HonestButCurious _ -> false;
            };
        }

        /** One paragraph for people. */
        public String claim() {
            return "inputs are hidden from the server and "
                    + parameters.colluders()
                    + " colluders in sums of at least "
                    + parameters.minimum()
                    + "; "
                    + trust.claim()
                    + "; the sum itself is not private";
        }
    }
}
