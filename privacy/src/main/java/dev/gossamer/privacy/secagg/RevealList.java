package dev.gossamer.privacy.secagg;

import java.util.ArrayList;
import java.util.List;

/**
 * The contributions to the joint randomness, in the order of the contributors' numbers.
 *
 * <pre>
 * header | view 32 | value 32 ...
 * </pre>
 *
 * @param reveals of all contributors
 */
record RevealList(List<Reveal> reveals) {
    byte[] encode(Session session, Sha256 view) {
        ByteWriter out = session.begin(MessageKind.REVEAL_LIST).bytes(view.bytes());
        reveals.forEach(reveal -> out.bytes(reveal.value()));
        return out.toBytes();
    }

    static RevealList decode(Session session, Sha256 view, int contributors, byte[] message)
            throws Refusal {
        ByteReader in = session.open(MessageKind.REVEAL_LIST, view, message);
        List<Reveal> reveals = new ArrayList<>();
        for (int i = 0; i < contributors; i++) {
            reveals.add(new Reveal(in.bytes("value", Reveal.BYTES)));
        }
        in.end();
        return new RevealList(reveals);
    }

    /**
     * What the graph is drawn from, and what all later messages and keys are bound to: the session,
     * the view of its keys and, where there are any, the contributions.
     */
    static Sha256 seed(Session session, Sha256 view, List<Reveal> reveals) {
        ByteWriter all =
                new ByteWriter()
                        .bytes(KeyDerivation.ascii(KeyDerivation.VERSION + "joint randomness"))
                        .bytes(session.digest().bytes())
                        .bytes(view.bytes());
        reveals.forEach(reveal -> all.bytes(reveal.value()));
        return Sha256.of(all.toBytes());
    }
}
