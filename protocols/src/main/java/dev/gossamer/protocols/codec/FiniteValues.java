package dev.gossamer.protocols.codec;

/** Finds what is not finite. */
final class FiniteValues {
    private FiniteValues() {}

    /** Where the first value that is not finite stands; -1 if all are. */
    static int firstNotFinite(float[] values) {
        // A product with zero is NaN for NaN and infinity alone; integers add in any order.
        int bad = 0;
        for (float value : values) {
            bad |= Float.floatToRawIntBits(value * 0f) & 0x7FFF_FFFF;
        }
        if (bad == 0) {
            return -1;
        }
        int i = 0;
        while (Float.isFinite(values[i])) {
            i++;
        }
        return i;
    }

    /** Refuses values of our own that are not finite. */
    static void require(float[] values) {
        int i = firstNotFinite(values);
        if (i >= 0) {
            throw new IllegalArgumentException(
                    "value is not finite: index=" + i + ", value=" + values[i]);
        }
    }

    /** Refuses values of a peer's that are not finite. */
    static void requireDecoded(float[] values) throws CodecException {
        int i = firstNotFinite(values);
        if (i >= 0) {
            throw new CodecException(
                    CodecFault.NOT_FINITE, "not finite: position=" + i + ", value=" + values[i]);
        }
    }
}
