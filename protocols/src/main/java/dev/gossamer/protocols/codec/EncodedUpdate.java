package dev.gossamer.protocols.codec;

/**
 * A message, and what each part of it costs.
 *
 * @param bytes the message; belongs to this object
 * @param kept how many values it holds
 */
@SuppressWarnings("ArrayRecordComponent") // messages are sent once, never compared
public record EncodedUpdate(
        byte[] bytes,
        int kept,
        IndexCoding index,
        int headerBytes,
        int indexBytes,
        int scaleBytes,
        int valueBytes) {
    /** A message whose parts add up. */
    public EncodedUpdate {
        if (headerBytes + indexBytes + scaleBytes + valueBytes != bytes.length) {
            throw new IllegalArgumentException(
                    "parts do not add up: header="
                            + headerBytes
                            + ", indices="
                            + indexBytes
                            + ", scales="
                            + scaleBytes
                            + ", values="
                            + valueBytes
                            + ", message="
                            + bytes.length);
        }
    }
}
