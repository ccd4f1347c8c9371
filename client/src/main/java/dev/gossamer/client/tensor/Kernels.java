package dev.gossamer.client.tensor;

import dev.gossamer.client.model.Activation;

/**
 * What the step needs besides matrix products, row by row on raw addresses of fp32 values.
 *
 * <p>Two variants give the same values up to the order of sums: {@link ScalarKernels}, which
 * defines them, and {@link VectorKernels}, which is fast. Each is deterministic, warm or cold.
 */
interface Kernels {
    /** The fast variant where the platform has the Vector API, else the scalar one. */
    static Kernels fastest() {
        return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()
                ? new VectorKernels()
                : new ScalarKernels();
    }

    /** {@code y[i] = gelu(x[i])} and {@code slope[i] = gelu'(x[i])}. */
    void gelu(long x, long y, long slope, int n);

    /** {@code y[i] = f(x[i])} and {@code slope[i] = f'(x[i])}; {@code slope} may be {@code x}. */
    void activate(Activation activation, long x, long y, long slope, int n);

    /** {@code z[i] = x[i] y[i]}. */
    void multiply(long x, long y, long z, int n);

    /** {@code x[i] *= y[i]}. */
    void multiplyInPlace(long x, long y, int n);

    /** {@code x[i] *= factor}. */
    void scaleInPlace(long x, float factor, int n);

    /** The sum of {@code x[i] y[i]}. */
    float dot(long x, long y, int n);

    /** {@code x[i] += y[i]}. */
    void addInPlace(long x, long y, int n);

    /** {@code y[i] += scale x[i]}. */
    void addScaledInPlace(long y, long x, float scale, int n);

    /**
     * Normalises {@code x + residual}: {@code hat} has mean 0 and variance 1, {@code y = hat gain +
     * bias}.
     *
     * @return the inverse of the deviation
     */
    float layerNorm(
            long x, long residual, long hat, long y, long gain, long bias, int n, float epsilon);

    /** The gradient {@code dx} of a layer norm's input from that of its output. */
    void layerNormBackward(long dy, long hat, long gain, float inverse, long dx, int n);

    /** Softmax over {@code n} values. */
    void softmaxInPlace(long x, int n);

    /** {@code dp} becomes {@code scale p (dp - p·dp)}, the gradient of the scores. */
    void softmaxBackwardInPlace(long p, long dp, float scale, int n);

    /**
     * Divides {@code x + residual} by the root of its mean square: {@code hat}; {@code y = hat
     * gain}.
     *
     * @return the inverse of the root
     */
    float rootMeanSquareNorm(
            long x, long residual, long hat, long y, long gain, int n, float epsilon);

    /** The gradient {@code dx} of that norm's input from that of its output. */
    void rootMeanSquareNormBackward(long dy, long hat, long gain, float inverse, long dx, int n);

    /** Softmax over {@code n} values, whose greatest and whose inverse sum are written too. */
    void softmaxInPlace(long x, int n, long max, long inverse);

    /**
     * Softmax down each column of scores {@code [keys × queries]} over the keys that its query
     * sees, zero for the others.
     *
     * @param stride floats from one key to the next; what follows the queries, up to a vector, may
     *     be overwritten
     * @param max the greatest score of each query, written
     * @param inverse the inverse sum of each query, written
     */
    void softmaxColumnsInPlace(
            long x, int queries, int stride, KeyRange range, long max, long inverse);

    /**
     * Scores {@code x} become probabilities p once more, from what the first softmax wrote, and
     * {@code dp} becomes {@code scale p (dp - p·dp)}, the gradient of the scores.
     *
     * @param line scratch of a cache line
     */
    void softmaxColumnsBackwardInPlace(
            long x,
            long dp,
            int queries,
            int stride,
            KeyRange range,
            long max,
            long inverse,
            float scale,
            long line);

    /**
     * Turns the pairs {@code (x[i], x[i + half])} by angles of the given cosines and sines.
     *
     * @param direction 1, or -1 to turn back
     */
    void rotateInPlace(long x, long cos, long sin, float direction, int half);
}
