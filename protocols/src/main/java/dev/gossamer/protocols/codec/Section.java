package dev.gossamer.protocols.codec;

/**
 * A part of a message.
 *
 * @param bytes what holds it, never written to
 * @param from its first byte
 * @param to the byte after its last
 */
@SuppressWarnings("ArrayRecordComponent") // a view, never compared
record Section(byte[] bytes, int from, int to) {
    static Section whole(byte[] bytes) {
        return new Section(bytes, 0, bytes.length);
    }

    int length() {
        return to - from;
    }

    /** Refuses any other length than {@code expected}. */
    void requireLength(String name, long expected) throws CodecException {
        if (length() != expected) {
            throw new CodecException(
                    CodecFault.BAD_LENGTH,
                    "section has a wrong length: section="
                            + name
                            + ", bytes="
                            + length()
                            + ", expected="
                            + expected);
        }
    }
}
