package dev.gossamer.client.tensor;

import dev.gossamer.client.data.Example;

/**
 * Multi-head attention within each packed sequence: products by oneDNN on the strided projections,
 * softmax between them.
 *
 * <p>Rows of projections are {@code [query | key | value]}, each {@code heads × size} wide. The
 * probabilities of sequence after sequence and head after head, {@code [tokens × tokens]} each, are
 * kept for the backward pass.
 */
final class Attention {
    private final int heads;
    private final int size;
    private final int hidden;
    private final float scale;
    private final Kernels kernels;

    Attention(int heads, int size, Kernels kernels) {
        this.heads = heads;
        this.size = size;
        this.kernels = kernels;
        hidden = heads * size;
        scale = (float) (1 / Math.sqrt(size));
    }

    /** How many probabilities one layer keeps for {@code batch}. */
    static long scores(PackedRows batch, int heads) {
        long scores = 0;
        for (Example example : batch.examples()) {
            scores += (long) heads * example.tokens() * example.tokens();
        }
        return scores;
    }

    void forward(PackedRows batch, long projections, long probabilities, long context, int stride) {
        int width = 3 * hidden;
        long row = 0;
        long p = probabilities;
        for (Example example : batch.examples()) {
            int n = example.tokens();
            for (int head = 0; head < heads; head++) {
                long query = projections + 4 * (row * width + (long) head * size);
                long key = query + 4L * hidden;
                long value = key + 4L * hidden;
                OneDnn.multiplyTransposed(n, n, size, scale, query, width, key, width, p, n);
                for (long t = 0; t < n; t++) {
                    kernels.softmaxInPlace(p + 4 * t * n, n);
                }
                long c = context + 4 * (row * stride + (long) head * size);
                OneDnn.multiply(n, size, n, p, n, value, width, 0, c, stride);
                p += 4L * n * n;
            }
            row += n;
        }
    }

    /**
     * Writes the projections' gradient from the context's.
     *
     * @param dContext {@code [tokens × hidden]}
     * @param dScores scratch as large as the probabilities of the longest sequence's head
     * @param stride of the rows of {@code dProjections}, in floats
     */
    void backward(
            PackedRows batch,
            long projections,
            long probabilities,
            long dContext,
            long dScores,
            long dProjections,
            int stride) {
        int width = 3 * hidden;
        long row = 0;
        long p = probabilities;
        for (Example example : batch.examples()) {
            int n = example.tokens();
            for (int head = 0; head < heads; head++) {
                long query = projections + 4 * (row * width + (long) head * size);
                long key = query + 4L * hidden;
                long value = key + 4L * hidden;
                long dc = dContext + 4 * (row * hidden + (long) head * size);
                long dQuery = dProjections + 4 * (row * stride + (long) head * size);
                long dKey = dQuery + 4L * hidden;
                long dValue = dKey + 4L * hidden;
                OneDnn.multiplyTransposed(n, n, size, 1, dc, hidden, value, width, dScores, n);
                OneDnn.transposedMultiply(n, size, n, p, n, dc, hidden, 0, dValue, stride);
                for (long t = 0; t < n; t++) {
                    kernels.softmaxBackwardInPlace(p + 4 * t * n, dScores + 4 * t * n, scale, n);
                }
                OneDnn.multiply(n, size, n, dScores, n, key, width, 0, dQuery, stride);
                OneDnn.transposedMultiply(n, size, n, dScores, n, query, width, 0, dKey, stride);
                p += 4L * n * n;
            }
            row += n;
        }
    }
}
