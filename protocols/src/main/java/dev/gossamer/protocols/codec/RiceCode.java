package dev.gossamer.protocols.codec;

import static dev.gossamer.protocols.codec.CodecFault.BAD_INDEX;
import static dev.gossamer.protocols.codec.CodecFault.TRAILING;
import static dev.gossamer.protocols.codec.CodecFault.TRUNCATED;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Rising indices as the gaps before them, in the code of Golomb and Rice.
 *
 * <p>A gap is its quotient by {@code 2^b} in unary, that many zeros and a one, and then its low
 * {@code b} bits; for indices at random this is within a twentieth of the shortest code there is
 * (R. F. Rice, JPL 79-22). The section is {@code b} in one byte, and the bits, lowest first, filled
 * with zeros to a byte.
 */
final class RiceCode {
    /** Gaps are below 2^28. */
    static final int MAX_PARAMETER = 27;

    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private RiceCode() {}

    static long cost(int[] indices) {
        return bytes(bits(indices, parameter(indices)));
    }

    private static long bytes(long bits) {
        return 1 + (bits + 7) / 8;
    }

    private static long bits(int[] indices, int parameter) {
        long quotients = 0;
        int expected = 0;
        for (int index : indices) {
            quotients += (index - expected) >>> parameter;
            expected = index + 1;
        }
        return quotients + indices.length * (1L + parameter);
    }

    /** The one nearest to the best for a mean gap, or a neighbour where that is shorter. */
    private static int parameter(int[] indices) {
        long left = indices[indices.length - 1] + 1L - indices.length;
        int about = 63 - Long.numberOfLeadingZeros((left / indices.length) | 1);
        int best = Math.min(about, MAX_PARAMETER);
        long least = bits(indices, best);
        for (int other = Math.max(0, about - 1); other <= about + 1; other++) {
            long bits = other > MAX_PARAMETER ? Long.MAX_VALUE : bits(indices, other);
            if (bits < least) {
                best = other;
                least = bits;
            }
        }
        return best;
    }

    /** With the parameter nearest to the mean gap no index has more than 31 bits. */
    static long maxBytes(int kept, int size) {
        long mean = Math.max(1, size / kept);
        return bytes(kept * (4L + 63 - Long.numberOfLeadingZeros(mean)));
    }

    static byte[] encode(int[] indices) {
        int parameter = parameter(indices);
        int length = Math.toIntExact(bytes(bits(indices, parameter)));
        // The last word is written whole.
        byte[] room = new byte[length + Long.BYTES];
        room[0] = (byte) parameter;
        long position = Byte.SIZE;
        long low = (1L << parameter) - 1;
        int expected = 0;
        for (int index : indices) {
            int gap = index - expected;
            position += gap >>> parameter;
            // A one and at most 27 bits after at most 7 others: below 64.
            long code = 1 | ((gap & low) << 1);
            int at = (int) (position >>> 3);
            long word = (long) LONGS.get(room, at) | (code << (position & 7));
            LONGS.set(room, at, word);
            position += 1 + parameter;
            expected = index + 1;
        }
        byte[] section = new byte[length];
        System.arraycopy(room, 0, section, 0, length);
        return section;
    }

    static int[] decode(Section section, int kept, int size) throws CodecException {
        if (section.length() < 1) {
            throw new CodecException(TRUNCATED, "indices end early: read=0");
        }
        int parameter = section.bytes()[section.from()];
        if (parameter < 0 || parameter > MAX_PARAMETER) {
            throw new CodecException(BAD_INDEX, "bad Rice parameter: parameter=" + parameter);
        }
        Bits bits = new Bits(section);
        int[] indices = new int[kept];
        long low = (1L << parameter) - 1;
        long next = 0;
        for (int i = 0; i < kept; i++) {
            long quotient = bits.zeros(i);
            long rest = bits.peek() & low;
            bits.skip(parameter, i);
            next += (quotient << parameter) + rest;
            if (next >= size) {
                throw new CodecException(BAD_INDEX, "out of range: index=" + next);
            }
            indices[i] = (int) next++;
        }
        bits.end();
        return indices;
    }

    /** The bits of a section after its parameter. */
    private static final class Bits {
        private final byte[] bytes;
        private final int to;
        private final long end;
        private long position;

        Bits(Section section) {
            bytes = section.bytes();
            to = section.to();
            end = 8L * to;
            position = 8L * (section.from() + 1L);
        }

        /** The next 57 bits or more, zeros after the end. */
        long peek() {
            int at = (int) (position >>> 3);
            if (at <= to - Long.BYTES) {
                return (long) LONGS.get(bytes, at) >>> (position & 7);
            }
            long word = 0;
            for (int i = at; i < to; i++) {
                word |= (bytes[i] & 0xFFL) << (8 * (i - at));
            }
            return word >>> (position & 7);
        }

        /** How many zeros come before the next one, which is taken too. */
        long zeros(int read) throws CodecException {
            long start = position;
            long word = peek();
            while (word == 0) {
                // At least 57 of them; what was shifted in is looked at again.
                position += 57;
                requireInside(read);
                word = peek();
            }
            position += Long.numberOfTrailingZeros(word) + 1;
            requireInside(read);
            return position - 1 - start;
        }

        void skip(int bits, int read) throws CodecException {
            position += bits;
            requireInside(read);
        }

        private void requireInside(int read) throws CodecException {
            if (position > end) {
                throw new CodecException(TRUNCATED, "indices end early: read=" + read);
            }
        }

        /** Refuses another byte, and a filling that is not zero. */
        void end() throws CodecException {
            if (end - position >= Byte.SIZE) {
                throw new CodecException(
                        TRAILING, "bytes after the last index: bits=" + (end - position));
            }
            if (peek() != 0) {
                throw new CodecException(BAD_INDEX, "filling is not zero");
            }
        }
    }
}
