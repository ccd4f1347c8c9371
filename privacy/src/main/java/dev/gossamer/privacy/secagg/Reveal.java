package dev.gossamer.privacy.secagg;

import java.util.List;

/**
 * A contribution to the joint randomness, to which the member committed before it saw any other.
 *
 * <pre>
 * header | view 32 | value 32
 * </pre>
 *
 * @param value 32 random bytes
 */
@SuppressWarnings("ArrayRecordComponent") // a part of a message, never compared
record Reveal(byte[] value) {
    static final int BYTES = 32;

    byte[] encode(Session session, Sha256 view) {
        return session.begin(MessageKind.REVEAL).bytes(view.bytes()).bytes(value).toBytes();
    }

    static Reveal decode(Session session, Sha256 view, byte[] message) throws Refusal {
        ByteReader in = session.open(MessageKind.REVEAL, view, message);
        Reveal reveal = new Reveal(in.bytes("value", BYTES));
        in.end();
        return reveal;
    }

    /** Refuses a value that is not what {@code advert} committed to. */
    void requireCommitted(Session session, KeyAdvert advert) throws Refusal {
        Sha256 made = KeyAdvert.commitment("reveal", session, advert.name(), value);
        if (!made.equals(advert.revealCommitment())) {
            throw new Refusal(
                    Fault.BAD_COMMITMENT,
                    "value is not what was committed to: name=" + advert.name(),
                    List.of(advert.name()));
        }
    }
}
