package dev.gossamer.privacy.secagg;

import java.nio.ByteBuffer;

/**
 * A member's input under all of its masks.
 *
 * <pre>
 * header | view 32 | word ...
 * </pre>
 *
 * <p>Words are little-endian, of the ring's width, as many as the session says. Every pattern of
 * bits is a word of the ring, so no value is out of range.
 *
 * @param words masked
 */
record MaskedInput(RingVector words) {
    byte[] encode(Session session, Sha256 view) {
        byte[] head = session.begin(MessageKind.MASKED_INPUT).bytes(view.bytes()).toBytes();
        ByteBuffer out = ByteBuffer.allocate(head.length + words.size() * words.ring().wordBytes());
        words.writeTo(out.put(head));
        return out.array();
    }

    static MaskedInput decode(Session session, Sha256 view, byte[] message) throws Refusal {
        ByteReader in = session.open(MessageKind.MASKED_INPUT, view, message);
        SecAggParameters parameters = session.parameters();
        RingVector words = in.vector(parameters.ring(), parameters.words());
        in.end();
        return new MaskedInput(words);
    }
}
