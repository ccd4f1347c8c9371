package dev.gossamer.client.tensor;

import dev.gossamer.client.model.Linear;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * Frozen weights in fp32, stored twice: Wᵀ for the forward product and W for the backward one, each
 * with its tail right below, so that either is one product of full rate.
 */
final class PackedProduct implements FrozenProduct {
    /** Rows that a tail has room for from the start; pages that nobody touches cost nothing. */
    private static final int SPARE_ROWS = 65;

    /** How many outputs are transposed together: a cache line of floats. */
    private static final int STRIP = 16;

    private final RowFormat format;
    private final Workers workers;
    private final int in;
    private final int out;
    private Tensor forward;
    private Tensor backward;
    private int tailRows = SPARE_ROWS;

    /**
     * The weights of {@code maps}, one below the other.
     *
     * @param format reads rows of fp32
     */
    PackedProduct(List<Linear> maps, RowFormat format, Workers workers) {
        this.format = format;
        this.workers = workers;
        in = maps.getFirst().in();
        out = maps.stream().mapToInt(Linear::out).sum();
        forward = Tensor.zeros((long) (in + tailRows) * out);
        backward = Tensor.zeros((long) (out + tailRows) * in);
        int column = 0;
        for (Linear map : maps) {
            pack(map, column);
            column += map.out();
        }
    }

    private void pack(Linear map, int column) {
        float[] strip = new float[STRIP * in];
        for (int from = 0; from < map.out(); from += STRIP) {
            int count = Math.min(STRIP, map.out() - from);
            for (int row = 0; row < count; row++) {
                map.weight().readRow(from + row, strip, row * in);
            }
            backward.put((long) (column + from) * in, strip, 0, count * in);
            transpose(strip, count, column + from);
        }
    }

    private void transpose(float[] strip, int count, int column) {
        float[] line = new float[STRIP];
        for (int i = 0; i < in; i++) {
            for (int row = 0; row < count; row++) {
                line[row] = strip[row * in + i];
            }
            long to = forward.at((long) i * out + column);
            MemorySegment.copy(line, 0, Tensor.MEMORY, ValueLayout.JAVA_FLOAT, to, count);
        }
    }

    @Override
    public void forward(int rows, int tail, long x, int stride, float beta, long y, int yStride) {
        OneDnn.multiply(rows, out, in + tail, x, stride, forward.at(0), out, beta, y, yStride);
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
            OneDnn.multiply(
                    rows,
                    count,
                    in + tail,
                    x,
                    stride,
                    forward.at(from),
                    out,
                    beta,
                    y + 4L * from,
                    yStride);
            return;
        }
        long weights = backward.at(0);
        long rowBytes = Float.BYTES * (long) in;
        FrozenRows plain =
                new FrozenRows(format, out, in, row -> weights + row * rowBytes, this, bytes());
        new VectorProduct(rows, tail, x, stride, beta, y, yStride)
                .add(plain, from, count, from, forwardTail() + 4L * from, out, workers);
    }

    @Override
    public void backward(
            int rows, int tail, long dy, int stride, float beta, long dx, int dxStride) {
        OneDnn.multiply(rows, in, out + tail, dy, stride, backward.at(0), in, beta, dx, dxStride);
    }

    @Override
    public void reserveTail(int rows) {
        if (rows > tailRows) {
            forward = grown(forward, (long) (in + rows) * out);
            backward = grown(backward, (long) (out + rows) * in);
            tailRows = rows;
        }
    }

    private static Tensor grown(Tensor old, long floats) {
        Tensor tensor = Tensor.zeros(floats);
        MemorySegment.copy(Tensor.MEMORY, old.at(0), Tensor.MEMORY, tensor.at(0), 4 * old.floats());
        return tensor;
    }

    @Override
    public long forwardTail() {
        return forward.at((long) in * out);
    }

    @Override
    public long backwardTail() {
        return backward.at((long) out * in);
    }

    @Override
    public long bytes() {
        return 2L * Float.BYTES * in * out;
    }
}
