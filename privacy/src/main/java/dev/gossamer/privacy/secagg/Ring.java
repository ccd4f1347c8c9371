package dev.gossamer.privacy.secagg;

import java.math.BigInteger;

/** The integers modulo a power of two in which masked vectors live: wrap-around is free. */
public enum Ring {
    /** Modulo 2^32, four bytes a word. */
    WORDS_32(Integer.BYTES),

    /** Modulo 2^64, eight bytes a word. */
    WORDS_64(Long.BYTES);

    private final int wordBytes;

    Ring(int wordBytes) {
        this.wordBytes = wordBytes;
    }

    /** The bytes of one word, little-endian. */
    public int wordBytes() {
        return wordBytes;
    }

    /** The ring as a byte. */
    int code() {
        return wordBytes;
    }

    /** Half the modulus: a sum must stay strictly within it on both sides. */
    public BigInteger half() {
        return BigInteger.ONE.shiftLeft(Byte.SIZE * wordBytes - 1);
    }

    /** Whether {@code value} is the word that stands for it: within the half on both sides. */
    public boolean holds(long value) {
        return this == WORDS_64 || value == (int) value;
    }
}
