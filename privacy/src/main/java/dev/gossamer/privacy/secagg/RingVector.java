package dev.gossamer.privacy.secagg;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A vector of ring words, which adds its like and masks in place. One thread may use it. */
public final class RingVector {
    private final Words words;

    private RingVector(Words words) {
        this.words = words;
    }

    /** The words in either width, of which one is there. */
    private sealed interface Words {
        /** Modulo 2^32. */
        @SuppressWarnings("ArrayRecordComponent") // a part of a message, never compared
        record Narrow(int[] values) implements Words {}

        /** Modulo 2^64. */
        @SuppressWarnings("ArrayRecordComponent") // a part of a message, never compared
        record Wide(long[] values) implements Words {}
    }

    /** A vector modulo 2^32, a copy. */
    public static RingVector of(int[] words) {
        return new RingVector(new Words.Narrow(words.clone()));
    }

    /** A vector modulo 2^64, a copy. */
    public static RingVector of(long[] words) {
        return new RingVector(new Words.Wide(words.clone()));
    }

    /** A vector of zeros. */
    public static RingVector zeros(Ring ring, int size) {
        return new RingVector(
                switch (ring) {
                    case WORDS_32 -> new Words.Narrow(new int[size]);
                    case WORDS_64 -> new Words.Wide(new long[size]);
                });
    }

    /**
     * The words that stand for signed values.
     *
     * @throws IllegalArgumentException if a value is outside of the ring, instead of wrapping it
     */
    public static RingVector ofSigned(Ring ring, long[] values) {
        if (ring == Ring.WORDS_64) {
            return of(values);
        }
        int[] narrow = new int[values.length];
        for (int i = 0; i < values.length; i++) {
            if (!ring.holds(values[i])) {
                throw new IllegalArgumentException(
                        "value is outside of the ring: index="
                                + i
                                + ", value="
                                + values[i]
                                + ", ring="
                                + ring);
            }
            narrow[i] = (int) values[i];
        }
        return new RingVector(new Words.Narrow(narrow));
    }

    /** The ring that the words are of. */
    public Ring ring() {
        return switch (words) {
            case Words.Narrow _ -> Ring.WORDS_32;
            case Words.Wide _ -> Ring.WORDS_64;
        };
    }

    /** The number of words. */
    public int size() {
        return switch (words) {
            case Words.Narrow narrow -> narrow.values().length;
            case Words.Wide wide -> wide.values().length;
        };
    }

    /** The words as the signed values nearest to zero. */
    public long[] signed() {
        return switch (words) {
            case Words.Narrow narrow -> {
                long[] wide = new long[narrow.values().length];
                for (int i = 0; i < wide.length; i++) {
                    wide[i] = narrow.values()[i];
                }
                yield wide;
            }
            case Words.Wide wide -> wide.values().clone();
        };
    }

    /** A vector of its own with the same words. */
    public RingVector copy() {
        return switch (words) {
            case Words.Narrow narrow -> of(narrow.values());
            case Words.Wide wide -> of(wide.values());
        };
    }

    /**
     * Adds {@code other}.
     *
     * @throws IllegalArgumentException if it is not of the same ring and size
     */
    public void addInPlace(RingVector other) {
        if (other.ring() != ring() || other.size() != size()) {
            throw new IllegalArgumentException(
                    "vectors do not match: rings="
                            + ring()
                            + " and "
                            + other.ring()
                            + ", sizes="
                            + size()
                            + " and "
                            + other.size());
        }
        switch (words) {
            case Words.Narrow narrow -> {
                int[] sum = narrow.values();
                int[] added = ((Words.Narrow) other.words).values();
                for (int i = 0; i < sum.length; i++) {
                    sum[i] += added[i];
                }
            }
            case Words.Wide wide -> {
                long[] sum = wide.values();
                long[] added = ((Words.Wide) other.words).values();
                for (int i = 0; i < sum.length; i++) {
                    sum[i] += added[i];
                }
            }
        }
    }

    /** Adds the words of the stream of {@code seed}. */
    void maskInPlace(byte[] seed) {
        MaskStream stream = MaskStream.of(seed);
        switch (words) {
            case Words.Narrow narrow -> stream.addTo(narrow.values());
            case Words.Wide wide -> stream.addTo(wide.values());
        }
    }

    /** Takes away the words of the stream of {@code seed}. */
    void unmaskInPlace(byte[] seed) {
        MaskStream stream = MaskStream.of(seed);
        switch (words) {
            case Words.Narrow narrow -> stream.subtractFrom(narrow.values());
            case Words.Wide wide -> stream.subtractFrom(wide.values());
        }
    }

    /** Appends the words, little-endian. */
    void writeTo(ByteBuffer out) {
        out.order(ByteOrder.LITTLE_ENDIAN);
        switch (words) {
            case Words.Narrow narrow -> out.asIntBuffer().put(narrow.values());
            case Words.Wide wide -> out.asLongBuffer().put(wide.values());
        }
        out.position(out.position() + size() * ring().wordBytes());
    }

    /** Reads as many words as {@code size} says, which the caller has found to be there. */
    static RingVector readFrom(ByteBuffer in, Ring ring, int size) {
        in.order(ByteOrder.LITTLE_ENDIAN);
        RingVector read = zeros(ring, size);
        switch (read.words) {
            case Words.Narrow narrow -> in.asIntBuffer().get(narrow.values());
            case Words.Wide wide -> in.asLongBuffer().get(wide.values());
        }
        in.position(in.position() + size * ring.wordBytes());
        return read;
    }
}
