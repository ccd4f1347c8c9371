package dev.gossamer.client.tensor;

import dev.gossamer.client.model.Architecture;

/**
 * Attention within each packed sequence, by tiles of queries against all keys that they see.
 *
 * <p>A tile is {@code [keys × queries]}: a query a lane. Nothing quadratic is kept: the backward
 * pass computes a tile's probabilities once more from each row's greatest score and inverse sum
 * (FlashAttention-2, arXiv 2307.08691). Rows of projections are {@code [query | key | value]};
 * heads of queries share those of keys and values.
 */
final class TiledAttention {
    /** The most scores of a tile: what the second-level cache holds beside its operands. */
    private static final int TILE_SCORES = 1 << 15;

    private static final int LEAST_TILE_ROWS = 32;
    private static final int MOST_TILE_ROWS = 128;

    /** A causal tile computes scores that nobody sees, half of its rows squared. */
    private static final int MOST_CAUSAL_TILE_ROWS = 64;

    /** Floats of a cache line. */
    private static final int LINE = NativeBlock.LINE_BYTES / Float.BYTES;

    private final int heads;
    private final int sharing;
    private final int size;
    private final int queryWidth;
    private final int keyValueWidth;
    private final boolean causal;
    private final int window;
    private final float scale;
    private final Kernels kernels;

    TiledAttention(Architecture a, Kernels kernels) {
        this.kernels = kernels;
        heads = a.heads();
        sharing = a.heads() / a.keyValueHeads();
        size = a.headSize();
        queryWidth = a.queryWidth();
        keyValueWidth = a.keyValueWidth();
        causal = a.causal();
        window = a.window().orElse(Integer.MAX_VALUE);
        scale = (float) (1 / Math.sqrt(size));
    }

    private int tileRows(int tokens) {
        int rows = Math.clamp(TILE_SCORES / tokens, LEAST_TILE_ROWS, MOST_TILE_ROWS);
        return Math.min(tokens, causal ? Math.min(rows, MOST_CAUSAL_TILE_ROWS) : rows);
    }

    /**
     * Floats from one key's scores to the next's: an odd number of cache lines, so that a column
     * meets all sets of the cache.
     */
    private static int tileStride(int queries) {
        return Tensor.stride(queries) / LINE % 2 == 1
                ? Tensor.stride(queries)
                : Tensor.stride(queries) + LINE;
    }

    /**
     * Floats of one of the two tiles, and a line, for sequences of up to {@code longest} tokens.
     */
    long tileFloats(int longest) {
        long most = 0;
        for (int tokens = 1; tokens <= longest; tokens++) {
            most = Math.max(most, (long) tileStride(tileRows(tokens)) * tokens + LINE);
        }
        return most;
    }

    private int firstSeen(int query) {
        return causal ? Math.max(0, query - window + 1) : 0;
    }

    private int endSeen(int query, int tokens) {
        return causal ? query + 1 : tokens;
    }

    /**
     * Where a pass finds its rows.
     *
     * @param width of a row of projections
     * @param max the greatest score of each query, {@code [heads × rows]}, and {@code inverse} the
     *     inverse of its sum
     * @param tile scratch of {@link #tileFloats}, {@code dTile} the same for the backward pass
     */
    record Buffers(
            MicroBatch batch,
            long projections,
            int width,
            long max,
            long inverse,
            long tile,
            long dTile) {}

    /** Writes {@code context}, rows of {@code stride} floats. */
    void forward(Buffers b, long context, int stride) {
        for (int s = 0; s < b.batch().sequences(); s++) {
            for (int head = 0; head < heads; head++) {
                int tokens = b.batch().tokens(s);
                int rows = tileRows(tokens);
                for (int from = 0; from < tokens; from += rows) {
                    int to = Math.min(tokens, from + rows);
                    tileForward(b, b.batch().starts()[s], head, from, to, tokens, context, stride);
                }
            }
        }
    }

    private KeyRange range(int first, int from, int keys) {
        return causal ? new KeyRange(keys, from - first, window) : KeyRange.all(keys);
    }

    private void tileForward(
            Buffers b, int start, int head, int from, int to, int tokens, long context, int c) {
        int width = b.width();
        int first = firstSeen(from);
        int keys = endSeen(to - 1, tokens) - first;
        int queries = to - from;
        int stride = tileStride(queries);
        long query = at(b.projections(), start + from, width, head * size);
        long key = at(b.projections(), start + first, width, keyColumn(head));
        long value = key + 4L * keyValueWidth;
        long tile = b.tile();
        OneDnn.multiplyTransposed(
                keys, queries, size, scale, key, width, query, width, 0, tile, stride);
        long statistic = 4 * ((long) head * b.batch().rows() + start + from);
        kernels.softmaxColumnsInPlace(
                tile,
                queries,
                stride,
                range(first, from, keys),
                b.max() + statistic,
                b.inverse() + statistic);
        long rows = at(context, start + from, c, head * size);
        OneDnn.transposedMultiply(queries, size, keys, 1, tile, stride, value, width, 0, rows, c);
    }

    private static long at(long rows, long row, int stride, int column) {
        return rows + 4 * (row * stride + column);
    }

    private int keyColumn(int head) {
        return queryWidth + head / sharing * size;
    }

    /**
     * Writes the projections' gradient from the context's.
     *
     * @param contextStride of the rows of {@code dContext}
     * @param stride of the rows of {@code dProjections}
     */
    void backward(Buffers b, long dContext, int contextStride, long dProjections, int stride) {
        for (int s = 0; s < b.batch().sequences(); s++) {
            int start = b.batch().starts()[s];
            int tokens = b.batch().tokens(s);
            for (int t = 0; t < tokens; t++) {
                long keys = at(dProjections, start + t, stride, queryWidth);
                Tensor.clear(keys, 2L * keyValueWidth);
            }
            int rows = tileRows(tokens);
            for (int head = 0; head < heads; head++) {
                for (int from = 0; from < tokens; from += rows) {
                    int to = Math.min(tokens, from + rows);
                    long dc = at(dContext, start + from, contextStride, head * size);
                    tileBackward(
                            b,
                            start,
                            head,
                            from,
                            to,
                            tokens,
                            dc,
                            contextStride,
                            dProjections,
                            stride);
                }
            }
        }
    }

    private void tileBackward(
            Buffers b,
            int start,
            int head,
            int from,
            int to,
            int tokens,
            long dc,
            int contextStride,
            long dProjections,
            int stride) {
        int width = b.width();
        int first = firstSeen(from);
        int keys = endSeen(to - 1, tokens) - first;
        int rows = to - from;
        long query = at(b.projections(), start + from, width, head * size);
        long key = at(b.projections(), start + first, width, keyColumn(head));
        long value = key + 4L * keyValueWidth;
        long dQuery = at(dProjections, start + from, stride, head * size);
        long dKey = at(dProjections, start + first, stride, keyColumn(head));
        long dValue = dKey + 4L * keyValueWidth;
        long p = b.tile();
        long ds = b.dTile();
        int t = tileStride(rows);
        OneDnn.multiplyTransposed(keys, rows, size, scale, key, width, query, width, 0, p, t);
        OneDnn.multiplyTransposed(keys, rows, size, 1, value, width, dc, contextStride, 0, ds, t);
        long statistic = 4 * ((long) head * b.batch().rows() + start + from);
        kernels.softmaxColumnsBackwardInPlace(
                p,
                ds,
                rows,
                t,
                range(first, from, keys),
                b.max() + statistic,
                b.inverse() + statistic,
                scale,
                b.dTile() + 4L * keys * t);
        OneDnn.multiply(keys, size, rows, p, t, dc, contextStride, 1, dValue, stride);
        OneDnn.transposedMultiply(rows, size, keys, ds, t, key, width, 0, dQuery, stride);
        OneDnn.multiply(keys, size, rows, ds, t, query, width, 1, dKey, stride);
    }
}
