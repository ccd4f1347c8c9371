package dev.gossamer.privacy.secagg;

import dev.gossamer.privacy.identity.VerifyingKey;

import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The signatures of a quorum of witnesses, by their numbers; it asks for the shares that open the
 * sum.
 *
 * <pre>
 * header | view 32 | votes u32 | (witness u32 | signature 64) ...
 * </pre>
 *
 * @param votes by the witness's number
 */
record VoteList(SortedMap<Integer, byte[]> votes) {
    byte[] encode(Session session, Sha256 view) {
        ByteWriter out = session.begin(MessageKind.VOTE_LIST).bytes(view.bytes());
        out.u32(votes.size());
        votes.forEach((witness, signature) -> out.u32(witness).bytes(signature));
        return out.toBytes();
    }

    static VoteList decode(Session session, Sha256 view, int members, byte[] message)
            throws Refusal {
        ByteReader in = session.open(MessageKind.VOTE_LIST, view, message);
        int count = in.u32("votes");
        if (count > members) {
            throw new Refusal(
                    Fault.MALFORMED,
                    "more votes than members: votes=" + count + ", members=" + members);
        }
        SortedMap<Integer, byte[]> votes = new TreeMap<>();
        int before = -1;
        for (int i = 0; i < count; i++) {
            int witness = in.u32("witness");
            if (witness <= before || witness >= members) {
                throw new Refusal(
                        Fault.MALFORMED,
                        "witnesses do not ascend: witness=" + witness + ", before=" + before);
            }
            votes.put(witness, in.bytes("signature", VerifyingKey.SIGNATURE_BYTES));
            before = witness;
        }
        in.end();
        return new VoteList(votes);
    }
}
