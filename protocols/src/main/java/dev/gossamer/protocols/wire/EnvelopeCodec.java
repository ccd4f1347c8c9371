package dev.gossamer.protocols.wire;

import com.google.protobuf.InvalidProtocolBufferException;

import dev.gossamer.protocols.wire.Decoded.Accepted;
import dev.gossamer.protocols.wire.Decoded.Refused;
import dev.gossamer.protocols.wire.proto.EnvelopeProto;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * Envelopes as frames, and back. Every frame is one message of the transport.
 *
 * <pre>
 *  0        4         5          8          12          16
 *  +--------+---------+----------+----------+-----------+----------------------+
 *  | "GSMR" | version | zero     | length   | CRC32C    | payload              |
 *  | 4      | 1       | 3        | 4, LE    | 4, LE     | length, protobuf     |
 *  +--------+---------+----------+----------+-----------+----------------------+
 * </pre>
 *
 * <p>The checksum covers the payload and finds accidents, not forgeries.
 */
public final class EnvelopeCodec {
    /** The bytes before the payload. */
    public static final int HEADER_BYTES = 16;

    private static final byte[] MAGIC = {'G', 'S', 'M', 'R'};
    private static final byte VERSION = 1;
    private static final int VERSION_OFFSET = 4;
    private static final int ZERO_OFFSET = 5;
    private static final int LENGTH_OFFSET = 8;
    private static final int CHECKSUM_OFFSET = 12;

    private EnvelopeCodec() {}

    /**
     * The frame of {@code envelope}.
     *
     * @throws IllegalArgumentException if it would be larger than {@link
     *     ProtocolLimits#MAX_FRAME_BYTES}
     */
    public static byte[] encode(Envelope envelope) {
        byte[] payload = MessageMapping.toProto(envelope).toByteArray();
        if (payload.length > ProtocolLimits.MAX_FRAME_BYTES - HEADER_BYTES) {
            throw new IllegalArgumentException(
                    "frame is too large: bytes="
                            + (payload.length + HEADER_BYTES)
                            + ", bound="
                            + ProtocolLimits.MAX_FRAME_BYTES);
        }
        ByteBuffer frame =
                ByteBuffer.allocate(HEADER_BYTES + payload.length).order(ByteOrder.LITTLE_ENDIAN);
        frame.put(MAGIC).put(VERSION).position(LENGTH_OFFSET);
        frame.putInt(payload.length).putInt(checksum(payload)).put(payload);
        return frame.array();
    }

    /** The envelope in {@code frame}, or why there is none; survives any bytes. */
    public static Decoded decode(byte[] frame) {
        if (frame.length > ProtocolLimits.MAX_FRAME_BYTES) {
            return new Refused(
                    RejectReason.TOO_LARGE,
                    "frame is too large: bytes="
                            + frame.length
                            + ", bound="
                            + ProtocolLimits.MAX_FRAME_BYTES);
        }
        String fault = headerFault(frame);
        if (!fault.isEmpty()) {
            return new Refused(RejectReason.MALFORMED, fault);
        }
        byte[] payload = Arrays.copyOfRange(frame, HEADER_BYTES, frame.length);
        int expected = littleEndian(frame).getInt(CHECKSUM_OFFSET);
        if (checksum(payload) != expected) {
            return new Refused(RejectReason.MALFORMED, "checksum differs");
        }
        try {
            return new Accepted(MessageMapping.fromProto(EnvelopeProto.parseFrom(payload)));
        } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
            return new Refused(RejectReason.MALFORMED, "payload: " + e.getMessage());
        }
    }

    /** What is wrong with the header; empty if nothing is. */
    private static String headerFault(byte[] frame) {
        if (frame.length < HEADER_BYTES) {
            return "frame is shorter than its header: bytes=" + frame.length;
        }
        for (int i = 0; i < MAGIC.length; i++) {
            if (frame[i] != MAGIC[i]) {
                return "not a frame of this protocol";
            }
        }
        if (frame[VERSION_OFFSET] != VERSION) {
            return "unknown version: version=" + frame[VERSION_OFFSET] + ", known=" + VERSION;
        }
        for (int i = ZERO_OFFSET; i < LENGTH_OFFSET; i++) {
            if (frame[i] != 0) {
                return "reserved byte is not zero: offset=" + i;
            }
        }
        int length = littleEndian(frame).getInt(LENGTH_OFFSET);
        return length == frame.length - HEADER_BYTES
                ? ""
                : "length differs: claimed="
                        + Integer.toUnsignedString(length)
                        + ", payload="
                        + (frame.length - HEADER_BYTES);
    }

    private static ByteBuffer littleEndian(byte[] frame) {
        return ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static int checksum(byte[] payload) {
        CRC32C crc = new CRC32C();
        crc.update(payload);
        return (int) crc.getValue();
    }
}
