package dev.gossamer.protocols.codec;

import static dev.gossamer.protocols.codec.CodecFault.BAD_HEADER;
import static dev.gossamer.protocols.codec.CodecFault.TRAILING;
import static dev.gossamer.protocols.codec.CodecFault.TRUNCATED;

import dev.gossamer.protocols.run.CodecPlan.Values;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * What a message says of itself. Little-endian.
 *
 * <pre>
 *  0         1        2       3        4      8      12      14     16        20        24
 *  +---------+--------+-------+--------+------+------+-------+------+---------+---------+
 *  | version | values | index | packed | size | kept | block | zero | index   | value   |
 *  | 1       | 1      | 1     | 1      | 4    | 4    | 2     | 2    | bytes 4 | bytes 4 |
 *  +---------+--------+-------+--------+------+------+-------+------+---------+---------+
 *  then the sections: indices | scales, fp32 | values
 * </pre>
 *
 * <p>{@code values} is 0 fp32, 1 bf16, 2 int8, 3 int4; {@code index} is 0 all, 1 bitmap, 2 varint,
 * 3 Rice, 4 COO, 5 seed; {@code packed} has bit 0 for packed indices and bit 1 for packed values.
 *
 * @param size values of the layout
 * @param kept values in the message
 * @param block values of one scale, 0 where there are no scales
 */
record UpdateHeader(
        Values values,
        IndexCoding index,
        boolean packedIndex,
        boolean packedValues,
        int size,
        int kept,
        int block,
        int indexBytes,
        int valueBytes) {
    static final int BYTES = 24;

    private static final byte VERSION = 1;

    /** Where a word stands here is what stands in a header, whatever order the words have. */
    private static final List<Values> VALUES =
            List.of(Values.FP32, Values.BF16, Values.INT8, Values.INT4);

    private static final int PACKED_INDEX = 1;
    private static final int PACKED_VALUES = 2;

    void write(ByteBuffer message) {
        message.put(VERSION).put((byte) VALUES.indexOf(values)).put((byte) index.wire());
        int packed = (packedIndex ? PACKED_INDEX : 0) | (packedValues ? PACKED_VALUES : 0);
        message.put((byte) packed).putInt(size).putInt(kept);
        message.putShort((short) block).putShort((short) 0);
        message.putInt(indexBytes).putInt(valueBytes);
    }

    /** The header of {@code message}; its numbers are not yet held to anything. */
    static UpdateHeader read(byte[] message) throws CodecException {
        if (message.length < BYTES) {
            throw new CodecException(
                    TRUNCATED, "message is shorter than its header: bytes=" + message.length);
        }
        ByteBuffer in = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
        int version = in.get();
        int values = in.get() & 0xFF;
        int index = in.get() & 0xFF;
        int packed = in.get() & 0xFF;
        if (version != VERSION
                || values >= VALUES.size()
                || packed > (PACKED_INDEX | PACKED_VALUES)
                || in.getShort(BYTES - 10) != 0) {
            throw new CodecException(
                    BAD_HEADER,
                    "bad header: version="
                            + version
                            + ", values="
                            + values
                            + ", packed="
                            + packed
                            + ", reserved="
                            + in.getShort(BYTES - 10));
        }
        int size = in.getInt();
        int kept = in.getInt();
        int block = in.getShort() & 0xFFFF;
        in.getShort();
        return new UpdateHeader(
                VALUES.get(values),
                IndexCoding.ofWire(index),
                (packed & PACKED_INDEX) != 0,
                (packed & PACKED_VALUES) != 0,
                size,
                kept,
                block,
                in.getInt(),
                in.getInt());
    }

    /** Refuses a message that is not exactly as long as its sections together. */
    void requireLength(int messageBytes, long scaleBytes) throws CodecException {
        long claimed =
                BYTES
                        + Integer.toUnsignedLong(indexBytes)
                        + scaleBytes
                        + Integer.toUnsignedLong(valueBytes);
        if (claimed != messageBytes) {
            throw new CodecException(
                    claimed > messageBytes ? TRUNCATED : TRAILING,
                    "length differs: claimed=" + claimed + ", message=" + messageBytes);
        }
    }
}
