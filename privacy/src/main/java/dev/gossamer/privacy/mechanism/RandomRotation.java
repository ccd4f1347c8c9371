package dev.gossamer.privacy.mechanism;

/**
 * A rotation that spreads a vector evenly over its coordinates: random signs, then the
 * Walsh-Hadamard transform over the root of the dimension.
 *
 * <p>Norms and distances stay, and so does sensitivity; coordinates of the outcome are all of about
 * norm / sqrt(d), so that rounding costs each alike and sums do not wrap around. Vectors are padded
 * with zeros to a power of two. The signs are public and the same for all clients of a round: bit
 * {@code i % 8} of byte {@code i / 8} of the ChaCha20 keystream of the seed, 1 for minus.
 */
public final class RandomRotation {
    private final int length;
    private final boolean[] isNegative;
    private final double scale;

    /**
     * A rotation of vectors of {@code length} values.
     *
     * @param seed 32 bytes
     * @param length 1 to 2^30
     */
    public RandomRotation(byte[] seed, int length) {
        MechanismPreconditions.requireBetween(
                "bytes of a rotation's seed",
                seed.length,
                ChaCha20Keystream.KEY_BYTES,
                ChaCha20Keystream.KEY_BYTES);
        this.length = length;
        int padded = paddedLength(length);
        byte[] signs = new byte[(padded + 7) / 8];
        new ChaCha20Keystream().fill(seed, signs);
        isNegative = new boolean[padded];
        for (int i = 0; i < padded; i++) {
            isNegative[i] = (signs[i / 8] >> (i % 8) & 1) == 1;
        }
        scale = 1 / Math.sqrt(padded);
    }

    /** The least power of two that is at least {@code length}. */
    public static int paddedLength(int length) {
        MechanismPreconditions.requireBetween("length of a vector", length, 1, 1 << 30);
        return length == 1 ? 1 : Integer.highestOneBit(length - 1) << 1;
    }

    /** The rotated vector, of the padded length. */
    public double[] rotate(double[] values) {
        requireLength(values, length);
        double[] rotated = new double[isNegative.length];
        for (int i = 0; i < length; i++) {
            rotated[i] = isNegative[i] ? -values[i] : values[i];
        }
        transformInPlace(rotated);
        return rotated;
    }

    /**
     * The vector that {@code rotated} came from, but for the rounding of doubles and without its
     * padding.
     */
    public double[] inverse(double[] rotated) {
        requireLength(rotated, isNegative.length);
        double[] padded = rotated.clone();
        transformInPlace(padded);
        double[] values = new double[length];
        for (int i = 0; i < length; i++) {
            values[i] = isNegative[i] ? -padded[i] : padded[i];
        }
        return values;
    }

    private static void requireLength(double[] values, int length) {
        NonFiniteValueException.requireFinite(values);
        if (values.length != length) {
            throw new IllegalArgumentException(
                    "vector has the wrong length: length=" + values.length + ", bound=" + length);
        }
    }

    private void transformInPlace(double[] values) {
        for (int half = 1; half < values.length; half *= 2) {
            for (int block = 0; block < values.length; block += 2 * half) {
                for (int i = block; i < block + half; i++) {
                    double sum = values[i] + values[i + half];
                    values[i + half] = values[i] - values[i + half];
                    values[i] = sum;
                }
            }
        }
        for (int i = 0; i < values.length; i++) {
            values[i] *= scale;
        }
    }
}
