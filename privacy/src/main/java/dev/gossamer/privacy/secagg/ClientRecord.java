package dev.gossamer.privacy.secagg;

import java.util.Arrays;

/**
 * A client's steps as bytes for its journal.
 *
 * <pre>
 * 0 u8 | root 32 | session context          the session was begun
 * 1 u8 | message of the server              it was accepted
 * 2 u8 | masked input                       it was made
 * </pre>
 *
 * <p>All secrets follow from the root, and all steps from the secrets and the messages, so nothing
 * else has to be kept. The first record is as secret as the input.
 */
final class ClientRecord {
    private static final byte BEGUN = 0;
    private static final byte MESSAGE = 1;
    private static final byte INPUT = 2;

    private ClientRecord() {}

    /**
     * The first record of a session.
     *
     * @param root of all secrets
     * @param context of the session
     */
    @SuppressWarnings("ArrayRecordComponent") // a part of a message, never compared
    record Begun(byte[] root, SessionContext context) {
        byte[] encode() {
            return new ByteWriter().u8(BEGUN).bytes(root).bytes(context.encode()).toBytes();
        }

        static Begun decode(byte[] record) throws Refusal {
            ByteReader in = new ByteReader(record);
            in.expect("first record", new byte[] {BEGUN});
            byte[] root = in.bytes("root", ClientSecrets.ROOT_BYTES);
            byte[] context = Arrays.copyOfRange(record, in.position(), record.length);
            return new Begun(root, SessionContext.decode(context));
        }
    }

    static byte[] ofMessage(byte[] message) {
        return new ByteWriter().u8(MESSAGE).bytes(message).toBytes();
    }

    static byte[] ofInput(byte[] masked) {
        return new ByteWriter().u8(INPUT).bytes(masked).toBytes();
    }

    static boolean isInput(byte[] record) {
        return record.length > 0 && record[0] == INPUT;
    }

    /** What a record after the first holds. */
    static byte[] content(byte[] record) throws Refusal {
        if (record.length == 0 || (record[0] != MESSAGE && record[0] != INPUT)) {
            throw new Refusal(Fault.MALFORMED, "not a record of a step: bytes=" + record.length);
        }
        return Arrays.copyOfRange(record, 1, record.length);
    }
}
