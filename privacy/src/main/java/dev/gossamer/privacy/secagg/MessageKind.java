package dev.gossamer.privacy.secagg;

/** The messages of a session, in the order in which they come. */
public enum MessageKind {
    /** A member's keys of this session. */
    KEY_ADVERT(0),
    /** All members' keys. */
    KEY_LIST(1),
    /** A contribution to the joint randomness. */
    REVEAL(2),
    /** All contributions. */
    REVEAL_LIST(3),
    /** A member's shares, encrypted for each holder. */
    SHARE_PACKAGE(4),
    /** Who shared, and the shares for one holder. */
    SHARE_DELIVERY(5),
    /** A member's input under all of its masks. */
    MASKED_INPUT(6),
    /** Who is in the sum. */
    SURVIVOR_LIST(7),
    /** A witness's signature of who is in the sum. */
    SURVIVOR_VOTE(8),
    /** The signatures of a quorum. */
    VOTE_LIST(9),
    /** Shares that open the masks of the sum. */
    UNMASK_SHARES(10);

    /** The version byte of every message. */
    static final int VERSION = 1;

    private final int code;

    MessageKind(int code) {
        this.code = code;
    }

    /** The kind as a byte. */
    int code() {
        return code;
    }

    /** The kind of a message. */
    static MessageKind of(byte[] message) throws Refusal {
        ByteReader in = new ByteReader(message);
        if (in.u8("version") != VERSION) {
            throw new Refusal(
                    Fault.MALFORMED, "message of another version: version=" + (message[0] & 0xff));
        }
        return in.oneOf("kind", values(), MessageKind::code);
    }
}
