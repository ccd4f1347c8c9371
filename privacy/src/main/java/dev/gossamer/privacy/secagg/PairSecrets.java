package dev.gossamer.privacy.secagg;

/**
 * Keys that a pair of members has in common. Each is bound to the protocol's version, the session
 * (and by it run, round, base, basis, adapter and configuration), the view of all keys, both names,
 * both public keys and, in hybrid sessions, the ciphertext.
 */
final class PairSecrets {
    private PairSecrets() {}

    /**
     * The key under which {@code from} seals shares for {@code to}.
     *
     * @param point what X25519 gives for the channel keys
     * @param encapsulated what the KEM gives, made by {@code from}
     */
    static byte[] boxKey(
            Session session,
            Sha256 view,
            KeyAdvert from,
            KeyAdvert to,
            byte[] point,
            PairKey.Encapsulation encapsulated) {
        return derive(
                session,
                view,
                "share box",
                from.name(),
                to.name(),
                new byte[][] {from.channelKey(), to.channelKey()},
                point,
                encapsulated);
    }

    /**
     * The seed of the mask that {@code lower} adds and {@code higher} takes away.
     *
     * @param point what X25519 gives for the mask keys
     * @param encapsulated what the KEM gives, made by {@code lower}
     */
    static byte[] maskSeed(
            Session session,
            Sha256 view,
            KeyAdvert lower,
            KeyAdvert higher,
            byte[] point,
            PairKey.Encapsulation encapsulated) {
        return derive(
                session,
                view,
                "pair mask",
                lower.name(),
                higher.name(),
                new byte[][] {lower.maskKey(), higher.maskKey()},
                point,
                encapsulated);
    }

    private static byte[] derive(
            Session session,
            Sha256 view,
            String purpose,
            String first,
            String second,
            byte[][] keys,
            byte[] point,
            PairKey.Encapsulation encapsulated) {
        byte[] secret = new ByteWriter().bytes(point).bytes(encapsulated.secret()).toBytes();
        return KeyDerivation.derive(
                secret,
                session.digest().bytes(),
                purpose,
                view.bytes(),
                KeyDerivation.named(first),
                KeyDerivation.named(second),
                keys[0],
                keys[1],
                encapsulated.ciphertext());
    }

    /** The seed of the mask that a member shares with nobody. */
    static byte[] selfMaskSeed(Session session, Sha256 view, byte[] selfMask) {
        return KeyDerivation.derive(
                selfMask, session.digest().bytes(), "self mask stream", view.bytes());
    }
}
