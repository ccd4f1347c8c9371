package dev.gossamer.client.tensor;

/**
 * The frozen weights W {@code [out × in]} of maps that share their input, as the two products that
 * a step needs.
 *
 * <p>Below the weights lies a tail, rewritten by whoever attaches an adapter: forward the bias, if
 * there is one, and the rows of Bᵀ; backward the rows of A. An input row is {@code [x | 1 | v]}, a
 * row of output gradients {@code [dy | du]}, so that the adapter rides in the same product.
 *
 * <p>Products work on addresses: whoever calls keeps the base reachable until they are done.
 */
interface FrozenProduct {
    /**
     * {@code y = [x | tail] [Wᵀ; tail] + beta y}.
     *
     * @param tail how many columns of the tail count
     * @param stride floats from one row of {@code x} to the next
     */
    void forward(int rows, int tail, long x, int stride, float beta, long y, int yStride);

    /**
     * The same for outputs {@code from} up to {@code from + count} alone; few rows are multiplied
     * one by one, straight from the weights as they are kept.
     */
    void forwardPart(
            int from,
            int count,
            int rows,
            int tail,
            long x,
            int stride,
            float beta,
            long y,
            int yStride);

    /**
     * {@code dx = [dy | tail] [W; tail] + beta dx}.
     *
     * @param tail how many columns of the tail count
     * @param stride floats from one row of {@code dy} to the next
     */
    void backward(int rows, int tail, long dy, int stride, float beta, long dx, int dxStride);

    /** Makes room for tails of {@code rows} rows; what they held is kept. */
    void reserveTail(int rows);

    /** The address of the forward tail, rows of {@code out} floats. */
    long forwardTail();

    /** The address of the backward tail, rows of {@code in} floats. */
    long backwardTail();

    /** How many bytes the weights take, tails aside. */
    long bytes();
}
