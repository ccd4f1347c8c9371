package dev.gossamer.privacy.secagg;

/** All that a member keeps to itself in one session, from one random root. */
final class ClientSecrets {
    static final int ROOT_BYTES = 32;

    private final Session session;
    private final byte[] root;
    private final PairKey channelKey;
    private final PairKey maskKey;

    /** The secrets of {@code root}, of 32 random bytes. */
    ClientSecrets(Session session, byte[] root) {
        this.session = session;
        this.root = root.clone();
        Agreement agreement = session.parameters().agreement();
        channelKey = PairKey.of(agreement, derive("channel key"));
        maskKey = PairKey.of(agreement, maskKeySeed());
    }

    private byte[] derive(String purpose) {
        return KeyDerivation.derive(root, session.digest().bytes(), purpose);
    }

    PairKey channelKey() {
        return channelKey;
    }

    PairKey maskKey() {
        return maskKey;
    }

    /** What the mask key is made from, and what the holders can open if this member drops out. */
    byte[] maskKeySeed() {
        return derive("mask key");
    }

    /** What the self mask is made from, and what the holders can open if this member survives. */
    byte[] selfMask() {
        return derive("self mask");
    }

    /** The contribution to the joint randomness. */
    byte[] reveal() {
        return derive("reveal");
    }

    /** The coefficients of the polynomials that share the two. */
    MaskStream coins() {
        return MaskStream.of(derive("coefficients"));
    }
}
