package dev.gossamer.protocols.adapter;

/** The upper halves of fp32 values: eight bits of precision, all of the range. */
public final class Bfloat16 {
    /** Half a unit in the last place: how far a value may be rounded, as a share of it. */
    public static final double UNIT = 0x1p-8;

    private static final int EXPONENT = 0x7F80;

    private Bfloat16() {}

    /** The nearest, of two as near the one whose last bit is zero. */
    public static short round(float value) {
        int bits = Float.floatToRawIntBits(value);
        int odd = (bits >>> Short.SIZE) & 1;
        return (short) ((bits + 0x7FFF + odd) >>> Short.SIZE);
    }

    /** The value of {@code half}. */
    public static float widen(short half) {
        return Float.intBitsToFloat(half << Short.SIZE);
    }

    /** Whether {@code half} is a number: neither infinite nor none. */
    public static boolean isFinite(short half) {
        return (half & EXPONENT) != EXPONENT;
    }
}
