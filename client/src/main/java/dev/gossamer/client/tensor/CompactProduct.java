package dev.gossamer.client.tensor;

import java.util.List;

/**
 * Frozen weights kept once, in a compact form: tiles of outputs are decoded to fp32 into a worker's
 * memory and multiplied from there, forward as a transposed view and backward as they are.
 */
final class CompactProduct implements FrozenProduct {
    /** The most floats that are decoded together: half of a second-level cache. */
    private static final int TILE_FLOATS = 1 << 17;

    private static final int LEAST_TILE_ROWS = 16;

    private final int in;
    private final int out;
    private final StackedRows weights;
    private final Workers workers;
    private final int tileRows;
    private final Tails tails;

    /** The weights of {@code maps}, one below the other. */
    CompactProduct(List<FrozenRows> maps, Workers workers) {
        weights = new StackedRows(maps);
        this.workers = workers;
        in = weights.columns();
        out = weights.rows();
        tileRows = tileRows(in);
        tails = new Tails(in, out);
    }

    /** How many rows of {@code columns} values are decoded together. */
    static int tileRows(int columns) {
        return Math.max(LEAST_TILE_ROWS, TILE_FLOATS / columns / LEAST_TILE_ROWS * LEAST_TILE_ROWS);
    }

    @Override
    public void forward(int rows, int tail, long x, int stride, float beta, long y, int yStride) {
        part(0, out, rows, tail, x, stride, beta, y, yStride);
    }

    @Override
    public void forwardPart(
            int from,
            int count,
            int rows,
            int tail,
            long x,
            int stride,
            float beta,
            long y,
            int yStride) {
        if (rows > VectorProduct.MOST_ROWS) {
            part(from, count, rows, tail, x, stride, beta, y, yStride);
            return;
        }
        weights.multiply(
                new VectorProduct(rows, tail, x, stride, beta, y, yStride),
                from,
                count,
                forwardTail(),
                workers);
    }

    private void part(
            int first,
            int outputs,
            int rows,
            int tail,
            long x,
            int stride,
            float beta,
            long y,
            int yStride) {
        float weightsBeta = beta;
        if (tail > 0) {
            OneDnn.multiply(
                    rows,
                    outputs,
                    tail,
                    x + 4L * in,
                    stride,
                    forwardTail() + 4L * first,
                    out,
                    beta,
                    y + 4L * first,
                    yStride);
            weightsBeta = 1;
        }
        for (int from = first; from < first + outputs; from += tileRows) {
            int count = Math.min(tileRows, first + outputs - from);
            long tile = decoded(from, count, 0);
            OneDnn.multiplyTransposed(
                    rows, count, in, 1, x, stride, tile, in, weightsBeta, y + 4L * from, yStride);
        }
    }

    @Override
    public void backward(
            int rows, int tail, long dy, int stride, float beta, long dx, int dxStride) {
        for (int from = 0; from < out; from += tileRows) {
            int count = Math.min(tileRows, out - from);
            int below = from + count == out ? tail : 0;
            long tile = decoded(from, count, below);
            if (below > 0) {
                Tensor.copy(backwardTail(), tile + 4L * count * in, (long) below * in);
            }
            float tileBeta = from == 0 ? beta : 1;
            OneDnn.multiply(
                    rows,
                    in,
                    count + below,
                    dy + 4L * from,
                    stride,
                    tile,
                    in,
                    tileBeta,
                    dx,
                    dxStride);
        }
    }

    /** Memory of this worker for a tile and {@code tail} rows below. */
    private long tile(int tail) {
        return workers.tiles().lay(carver -> carver.floats((long) (tileRows + tail) * in));
    }

    /** Where some rows lie as fp32, with room for {@code below} more. */
    private long decoded(int from, int count, int below) {
        if (weights.isPlain() && below == 0) {
            return weights.address(from);
        }
        long tile = tile(below);
        weights.decode(from, count, tile);
        return tile;
    }

    @Override
    public void reserveTail(int rows) {
        tails.reserve(rows);
    }

    @Override
    public long forwardTail() {
        return tails.forward();
    }

    @Override
    public long backwardTail() {
        return tails.backward();
    }

    @Override
    public long bytes() {
        return weights.bytes();
    }
}
