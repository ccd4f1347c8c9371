package dev.gossamer.privacy.secagg;

/**
 * A session as messages see it. Every message begins with
 *
 * <pre>
 * version u8 | kind u8 | digest of the session context 32
 * </pre>
 *
 * @param context of the session
 * @param digest of the context
 */
record Session(SessionContext context, Sha256 digest) {
    static final int HEADER_BYTES = 2 + Sha256.BYTES;

    /** The session of a context. */
    static Session of(SessionContext context) {
        return new Session(context, context.digest());
    }

    SecAggParameters parameters() {
        return context.parameters();
    }

    ByteWriter begin(MessageKind kind) {
        return new ByteWriter().u8(MessageKind.VERSION).u8(kind.code()).bytes(digest.bytes());
    }

    /** A reader behind the header of a message of {@code kind}. */
    ByteReader open(MessageKind kind, byte[] message) throws Refusal {
        ByteReader in = new ByteReader(message);
        in.expect("message", new byte[] {MessageKind.VERSION, (byte) kind.code()});
        requireSame("session", digest, in.bytes("session", Sha256.BYTES));
        return in;
    }

    /** A reader behind header and view of a message of {@code kind}. */
    ByteReader open(MessageKind kind, Sha256 view, byte[] message) throws Refusal {
        ByteReader in = open(kind, message);
        requireSame("view", view, in.bytes("view", Sha256.BYTES));
        return in;
    }

    private static void requireSame(String what, Sha256 expected, byte[] found) throws Refusal {
        if (!expected.equals(Sha256.fromBytes(found))) {
            throw new Refusal(
                    Fault.WRONG_SESSION,
                    "message of another "
                            + what
                            + ": digest="
                            + Sha256.fromBytes(found)
                            + ", expected="
                            + expected);
        }
    }
}
