package dev.gossamer.privacy.secagg;

import dev.gossamer.privacy.identity.RosterTrust;

/**
 * What a data owner demands of every session, whatever the server proposes.
 *
 * @param minimumCohort the fewest members, itself included, among whom its input may be hidden: of
 *     the session when keys are listed, of its sum when shares are asked for
 * @param trust in the keys of others
 */
public record ClientPolicy(int minimumCohort, RosterTrust trust) {
    /** In a sum of two, each finds the other's input by taking away its own. */
    private static final int LEAST = 3;

    /** A minimum that hides anything. */
    public ClientPolicy {
        if (minimumCohort < LEAST) {
            throw new IllegalArgumentException(
                    "minimum hides nothing: minimumCohort="
                            + minimumCohort
                            + ", bound="
                            + LEAST
                            + " or more");
        }
    }

    void requireEnough(String of, int count) throws Refusal {
        if (count < minimumCohort) {
            throw new Refusal(
                    Fault.TOO_FEW_MEMBERS,
                    "fewer "
                            + of
                            + " than this client's own minimum: count="
                            + count
                            + ", minimum="
                            + minimumCohort);
        }
    }
}
