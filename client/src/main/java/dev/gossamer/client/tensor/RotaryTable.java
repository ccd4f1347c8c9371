package dev.gossamer.client.tensor;

import dev.gossamer.client.model.Rotary;

/**
 * Cosines and sines of rotary positions, as far as the longest text so far.
 *
 * <p>Safe for use by all workers at once after {@link #reserve}.
 */
final class RotaryTable {
    private static final int LEAST_POSITIONS = 64;

    private final Rotary rotary;
    private final int half;
    private int positions;
    private Tensor cosines;
    private Tensor sines;

    RotaryTable(Rotary rotary) {
        this.rotary = rotary;
        half = rotary.inverseFrequencies().length;
        reserve(LEAST_POSITIONS);
    }

    /** Makes the table reach {@code needed} positions. */
    void reserve(int needed) {
        if (needed <= positions) {
            return;
        }
        int grown = Math.max(needed, 2 * positions);
        float[] cos = new float[grown * half];
        float[] sin = new float[grown * half];
        for (int i = 0; i < cos.length; i++) {
            int position = i / half;
            double angle = position * rotary.inverseFrequencies()[i % half];
            cos[i] = (float) (StrictMath.cos(angle) * rotary.magnitude());
            sin[i] = (float) (StrictMath.sin(angle) * rotary.magnitude());
        }
        cosines = Tensor.of(cos);
        sines = Tensor.of(sin);
        positions = grown;
    }

    /**
     * Turns each of {@code heads} heads of a row.
     *
     * @param direction 1, or -1 to turn back
     */
    void turn(Kernels kernels, long row, int heads, int size, int position, float direction) {
        long at = (long) position * half;
        for (int head = 0; head < heads; head++) {
            kernels.rotateInPlace(
                    row + 4L * head * size, cosines.at(at), sines.at(at), direction, half);
        }
    }
}
