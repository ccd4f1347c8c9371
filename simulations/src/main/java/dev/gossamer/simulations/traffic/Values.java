package dev.gossamer.simulations.traffic;

import java.util.Locale;

/** How a value is written, and what a message of them takes; without headers. */
public enum Values {
    /** Four bytes. */
    FP32(32, false),
    /** Two bytes. */
    BF16(16, false),
    /** One byte, and a scale for each block. */
    INT8(8, true),
    /** Half a byte, and a scale for each block. */
    INT4(4, true);

    /** Values that share a scale of four bytes. */
    private static final int BLOCK = 128;

    private static final int INDEX_BYTES = 4;

    private final int bits;
    private final boolean scaled;

    Values(int bits, boolean scaled) {
        this.bits = bits;
        this.scaled = scaled;
    }

    /** The word for it. */
    String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The bytes of {@code kept} values of {@code size} coordinates: where some are left out, with
     * the shorter of a bit for each coordinate and four bytes for each kept one.
     */
    public long bytes(long kept, long size) {
        long values = (kept * bits + 7) / 8;
        long scales = scaled ? (kept + BLOCK - 1) / BLOCK * Float.BYTES : 0;
        long indices = kept == size ? 0 : Math.min((size + 7) / 8, INDEX_BYTES * kept);
        return values + scales + indices;
    }
}
