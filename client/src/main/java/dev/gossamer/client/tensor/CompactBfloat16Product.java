package dev.gossamer.client.tensor;

import dev.gossamer.client.tensor.Bfloat16Layout.Form;
import dev.gossamer.client.tensor.MatmulPrimitives.Shape;

import java.util.List;

/**
 * Frozen weights kept once, in a compact form, whose products are of bf16 values with fp32 sums:
 * tiles of outputs are decoded and rounded into a worker's memory. The tails stay in fp32.
 */
final class CompactBfloat16Product implements FrozenProduct {
    private final int in;
    private final int out;
    private final StackedRows weights;
    private final Workers workers;
    private final int tileRows;
    private final Tails tails;

    /** A worker's memory: fp32 and bf16 weights of a tile, and bf16 values of the input. */
    private record Memory(long tile, long narrowTile, long narrowInput) {}

    /** The weights of {@code maps}, one below the other. */
    CompactBfloat16Product(List<FrozenRows> maps, Workers workers) {
        this.workers = workers;
        weights = new StackedRows(maps);
        in = weights.columns();
        out = weights.rows();
        tileRows = CompactProduct.tileRows(in);
        tails = new Tails(in, out);
    }

    private Memory memory(int rows) {
        long values = (long) tileRows * in;
        long inputs = (long) rows * Math.max(in, tileRows);
        return workers.tiles()
                .lay(
                        carver ->
                                new Memory(
                                        carver.floats(values),
                                        carver.bytes(Short.BYTES * values),
                                        carver.bytes(Short.BYTES * inputs)));
    }

    private void decode(int from, int count, Memory memory) {
        weights.decode(from, count, memory.tile);
        Rounding.toBfloat16(memory.tile, memory.narrowTile, count * in);
    }

    private static void round(int rows, long from, int stride, long to, int columns) {
        for (long row = 0; row < rows; row++) {
            Rounding.toBfloat16(from + 4 * row * stride, to + Short.BYTES * row * columns, columns);
        }
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
        Memory memory = memory(rows);
        round(rows, x, stride, memory.narrowInput, in);
        for (int from = first; from < first + outputs; from += tileRows) {
            int count = Math.min(tileRows, first + outputs - from);
            decode(from, count, memory);
            Bfloat16Layout layout = Bfloat16Layout.of(in, count, Form.COLUMNS);
            Shape shape = new Shape(rows, layout, yStride, Bfloat16Product.adds(beta));
            workers.primitives()
                    .multiply(shape, memory.narrowInput, memory.narrowTile, y + 4L * from);
        }
        if (tail > 0) {
            long v = x + 4L * in;
            long b = forwardTail() + 4L * first;
            long to = y + 4L * first;
            OneDnn.multiply(rows, outputs, tail, v, stride, b, out, 1, to, yStride);
        }
    }

    @Override
    public void backward(
            int rows, int tail, long dy, int stride, float beta, long dx, int dxStride) {
        Memory memory = memory(rows);
        for (int from = 0; from < out; from += tileRows) {
            int count = Math.min(tileRows, out - from);
            decode(from, count, memory);
            round(rows, dy + 4L * from, stride, memory.narrowInput, count);
            Bfloat16Layout layout = Bfloat16Layout.of(count, in, Form.ROWS);
            boolean adds = from > 0 || Bfloat16Product.adds(beta);
            workers.primitives()
                    .multiply(
                            new Shape(rows, layout, dxStride, adds),
                            memory.narrowInput,
                            memory.narrowTile,
                            dx);
        }
        if (tail > 0) {
            long du = dy + 4L * out;
            OneDnn.multiply(rows, in, tail, du, stride, backwardTail(), in, 1, dx, dxStride);
        }
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
