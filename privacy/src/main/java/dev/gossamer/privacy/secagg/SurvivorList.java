package dev.gossamer.privacy.secagg;

import dev.gossamer.privacy.identity.SignatureContext;
import dev.gossamer.privacy.identity.SigningKey;
import dev.gossamer.privacy.identity.VerifyingKey;

/**
 * Who is in the sum: those whose masked input the server has.
 *
 * <pre>
 * header | view 32 | survivors, a bit each
 * </pre>
 *
 * @param survivors all members whose input is in
 */
record SurvivorList(MemberSet survivors) {
    byte[] encode(Session session, Sha256 view) {
        return session.begin(MessageKind.SURVIVOR_LIST)
                .bytes(view.bytes())
                .bytes(survivors.encode())
                .toBytes();
    }

    static SurvivorList decode(Session session, Sha256 view, int members, byte[] message)
            throws Refusal {
        ByteReader in = session.open(MessageKind.SURVIVOR_LIST, view, message);
        byte[] set = in.bytes("survivors", MemberSet.bytes(members));
        in.end();
        return new SurvivorList(MemberSet.decode(set, members));
    }

    /** What witnesses sign: session, view, who shared and who survived. */
    private static byte[] signedBytes(
            Session session, Sha256 view, MemberSet sharers, MemberSet survivors) {
        return session.begin(MessageKind.SURVIVOR_VOTE)
                .bytes(view.bytes())
                .bytes(sharers.encode())
                .bytes(survivors.encode())
                .toBytes();
    }

    byte[] sign(SigningKey key, Session session, Sha256 view, MemberSet sharers) {
        return key.sign(SignatureContext.SURVIVORS, signedBytes(session, view, sharers, survivors));
    }

    boolean isSignedBy(
            VerifyingKey key, byte[] signature, Session session, Sha256 view, MemberSet sharers) {
        byte[] signed = signedBytes(session, view, sharers, survivors);
        return key.verifies(SignatureContext.SURVIVORS, signed, signature);
    }
}
