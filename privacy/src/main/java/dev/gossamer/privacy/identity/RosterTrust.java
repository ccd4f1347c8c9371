package dev.gossamer.privacy.identity;

import java.util.Optional;

/**
 * What a client's trust in its peers' keys rests on, and so what can be claimed of a round: it is
 * part of a round's result, for a certificate to print.
 */
public sealed interface RosterTrust {
    /** One sentence for people. */
    String claim();

    /**
     * Whether a claimed key is to be taken as that of {@code name}, before any of its signatures.
     */
    boolean admits(String name, byte[] claimedKey);

    /**
     * The key to verify signatures of {@code name} with; empty if the claimed one is none or
     * another.
     */
    Optional<VerifyingKey> keyOf(String name, byte[] claimedKey);

    /**
     * Keys are those of a roster, signed by an authority that the client pinned out of band: no
     * server can put keys of its own in their place.
     *
     * @param authority the pinned key
     */
    record PinnedRoster(VerifyingKey authority, Roster roster) implements RosterTrust {
        /** A roster that the pinned authority signed. */
        public PinnedRoster {
            if (!roster.isSignedBy(authority)) {
                throw new IllegalArgumentException(
                        "roster is signed by another authority: signer="
                                + roster.authority()
                                + ", pinned="
                                + authority);
            }
        }

        @Override
        public String claim() {
            return "malicious server: peers' keys are those of roster "
                    + roster.serial()
                    + ", signed by the pinned authority "
                    + authority;
        }

        @Override
        public boolean admits(String name, byte[] claimedKey) {
            return keyOf(name, claimedKey).isPresent();
        }

        @Override
        public Optional<VerifyingKey> keyOf(String name, byte[] claimedKey) {
            return roster.key(name).filter(key -> key.isEncodedAs(claimedKey));
        }
    }

    /**
     * Keys are those that the server hands out: inputs are hidden from a server that follows the
     * protocol and looks at all it gets, not from one that makes up peers.
     */
    record HonestButCurious() implements RosterTrust {
        @Override
        public String claim() {
            return "honest-but-curious server: peers' keys came from it, no roster is pinned";
        }

        @Override
        public boolean admits(String name, byte[] claimedKey) {
            return true;
        }

        @Override
        public Optional<VerifyingKey> keyOf(String name, byte[] claimedKey) {
            try {
                return Optional.of(VerifyingKey.fromBytes(claimedKey));
            } catch (IllegalArgumentException e) {
                return Optional.empty();
            }
        }
    }
}
