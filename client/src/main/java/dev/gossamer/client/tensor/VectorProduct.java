package dev.gossamer.client.tensor;

/**
 * The product of a few input rows with frozen weights, row by row of the weights: what a single
 * token needs, bound by how fast the weights can be read.
 *
 * @param x rows of {@code [x | tail]}, {@code stride} floats apart
 * @param beta what the outputs count for that {@code y} holds
 */
record VectorProduct(int rows, int tail, long x, int stride, float beta, long y, int yStride) {
    /** The most rows that are worth it. */
    static final int MOST_ROWS = 4;

    /**
     * Adds the outputs of {@code count} rows of {@code weights} from {@code first} on.
     *
     * @param column of the first output in {@code y}
     * @param tails rows of the tail at that column, {@code tailStride} floats apart
     */
    void add(
            FrozenRows weights,
            int first,
            int count,
            int column,
            long tails,
            int tailStride,
            Workers workers) {
        int in = weights.columns();
        long to = y + 4L * column;
        if (tail > 0) {
            long v = x + 4L * in;
            OneDnn.multiply(rows, count, tail, v, stride, tails, tailStride, beta, to, yStride);
        }
        boolean whole = tail == 0 && beta == 0;
        long line = whole ? 0 : workers.tiles().lay(carver -> carver.floats(count));
        for (int row = 0; row < rows; row++) {
            long input = x + 4L * row * stride;
            long output = to + 4L * row * yStride;
            weights.multiply(first, count, input, whole ? output : line);
            if (!whole) {
                accumulate(line, output, count);
            }
        }
    }

    private void accumulate(long line, long output, int count) {
        float kept = tail > 0 ? 1 : beta;
        for (int i = 0; i < count; i++) {
            long at = output + 4L * i;
            Tensor.poke(at, kept * Tensor.peek(at) + Tensor.peek(line + 4L * i));
        }
    }
}
