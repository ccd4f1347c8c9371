package dev.gossamer.protocols.codec;

import static dev.gossamer.protocols.codec.CodecFault.BAD_INDEX;
import static dev.gossamer.protocols.codec.CodecFault.TRAILING;
import static dev.gossamer.protocols.codec.CodecFault.TRUNCATED;

/**
 * Rising indices as the gaps before them, each in as few groups of seven bits as it needs.
 *
 * <p>The gap before an index is how many values were left out since the last one.
 */
final class VarintCode {
    /** Bytes of the longest gap, which is below 2^28. */
    static final int MAX_BYTES = 4;

    private static final int GROUP_BITS = 7;
    private static final int MORE = 1 << GROUP_BITS;

    private VarintCode() {}

    static long cost(int[] indices) {
        long bytes = 0;
        int expected = 0;
        for (int index : indices) {
            int gap = index - expected;
            int bits = Integer.SIZE - Integer.numberOfLeadingZeros(gap | 1);
            bytes += (bits + GROUP_BITS - 1) / GROUP_BITS;
            expected = index + 1;
        }
        return bytes;
    }

    static byte[] encode(int[] indices) {
        byte[] section = new byte[Math.toIntExact(cost(indices))];
        int at = 0;
        int expected = 0;
        for (int index : indices) {
            int gap = index - expected;
            while (gap >= MORE) {
                section[at++] = (byte) (gap | MORE);
                gap >>>= GROUP_BITS;
            }
            section[at++] = (byte) gap;
            expected = index + 1;
        }
        return section;
    }

    static int[] decode(Section section, int kept, int size) throws CodecException {
        byte[] bytes = section.bytes();
        int at = section.from();
        int[] indices = new int[kept];
        long next = 0;
        for (int i = 0; i < kept; i++) {
            long gap = 0;
            int group;
            int shift = 0;
            do {
                if (at == section.to()) {
                    throw new CodecException(TRUNCATED, "indices end early: read=" + i);
                }
                group = bytes[at++];
                gap |= (long) (group & (MORE - 1)) << shift;
                shift += GROUP_BITS;
            } while (group < 0 && shift < MAX_BYTES * GROUP_BITS);
            if (group < 0 || (group == 0 && shift > GROUP_BITS) || next + gap >= size) {
                throw new CodecException(
                        BAD_INDEX, "bad gap: gap=" + gap + ", after=" + next + ", size=" + size);
            }
            indices[i] = (int) (next + gap);
            next += gap + 1;
        }
        if (at != section.to()) {
            throw new CodecException(
                    TRAILING, "bytes after the last index: bytes=" + (section.to() - at));
        }
        return indices;
    }
}
