package dev.gossamer.privacy.secagg;

import dev.gossamer.privacy.identity.VerifyingKey;

/**
 * A witness's signature of the survivors that it was shown.
 *
 * <pre>
 * header | view 32 | signature 64
 * </pre>
 *
 * @param signature by the witness's long-term key
 */
@SuppressWarnings("ArrayRecordComponent") // a part of a message, never compared
record SurvivorVote(byte[] signature) {
    byte[] encode(Session session, Sha256 view) {
        return session.begin(MessageKind.SURVIVOR_VOTE)
                .bytes(view.bytes())
                .bytes(signature)
                .toBytes();
    }

    static SurvivorVote decode(Session session, Sha256 view, byte[] message) throws Refusal {
        ByteReader in = session.open(MessageKind.SURVIVOR_VOTE, view, message);
        SurvivorVote vote = new SurvivorVote(in.bytes("signature", VerifyingKey.SIGNATURE_BYTES));
        in.end();
        return vote;
    }
}
