package dev.gossamer.client.tensor;

import dev.gossamer.client.model.Linear;
import dev.gossamer.client.tensor.Bfloat16Layout.Form;
import dev.gossamer.client.tensor.MatmulPrimitives.Shape;

import java.lang.ref.Reference;
import java.util.List;
import java.util.Optional;

/**
 * Frozen weights in bf16, in the library's blocks, once for each direction; products of bf16 values
 * are summed in fp32. The tails, which are an adapter's, and their products stay in fp32.
 */
final class Bfloat16Product implements FrozenProduct {
    private final int in;
    private final int out;
    private final Workers workers;
    private final Bfloat16Layout forwardLayout;
    private final Bfloat16Layout backwardLayout;
    private final long forward;
    private final long backward;
    private final long bytes;
    private final Optional<FrozenRows> plain;
    private final Tails tails;

    /** Keeps the memory of the weights. */
    @SuppressWarnings("UnusedVariable") // is there to be reachable
    private final Object owner;

    /** The weights of {@code maps}, one below the other. */
    Bfloat16Product(List<Linear> maps, Workers workers) {
        this.workers = workers;
        in = maps.getFirst().in();
        out = maps.stream().mapToInt(Linear::out).sum();
        tails = new Tails(in, out);
        forwardLayout = Bfloat16Layout.of(in, out, Form.BLOCKED);
        backwardLayout = Bfloat16Layout.of(out, in, Form.BLOCKED);
        NativeBlock blocks = NativeBlock.zeros(forwardLayout.bytes());
        NativeBlock backwardBlocks = NativeBlock.zeros(backwardLayout.bytes());
        forward = blocks.address();
        backward = backwardBlocks.address();
        bytes = blocks.bytes() + backwardBlocks.bytes();
        plain = Optional.empty();
        owner = List.of(blocks, backwardBlocks);
        Tensor weights = Tensor.zeros((long) in * out);
        try {
            pack(maps, weights);
        } finally {
            Reference.reachabilityFence(weights);
        }
    }

    private void pack(List<Linear> maps, Tensor weights) {
        long row = 0;
        for (Linear map : maps) {
            weights.put(row * in, map.weight().toArray());
            row += map.out();
        }
        long asColumns = DnnlLibrary.strided(DnnlLibrary.FP32, in, out, 1, in);
        long asRows = DnnlLibrary.strided(DnnlLibrary.FP32, out, in, in, 1);
        MatmulPrimitives primitives = workers.primitives();
        primitives.pack(weights.at(0), asColumns, forwardLayout, forward);
        primitives.pack(weights.at(0), asRows, backwardLayout, backward);
        DnnlLibrary.destroyLayout(asColumns);
        DnnlLibrary.destroyLayout(asRows);
    }

    /** Weights that stay as rows of bf16 values, without gaps, in both directions. */
    Bfloat16Product(FrozenRows weights, Workers workers) {
        this.workers = workers;
        in = weights.columns();
        out = weights.rows();
        tails = new Tails(in, out);
        forwardLayout = Bfloat16Layout.of(in, out, Form.COLUMNS);
        backwardLayout = Bfloat16Layout.of(out, in, Form.ROWS);
        forward = weights.address(0);
        backward = forward;
        bytes = weights.bytes();
        plain = Optional.of(weights);
        owner = weights;
    }

    @Override
    public void forward(int rows, int tail, long x, int stride, float beta, long y, int yStride) {
        multiply(rows, x, stride, forwardLayout, forward, beta, y, yStride);
        if (tail > 0) {
            long v = x + 4L * in;
            OneDnn.multiply(rows, out, tail, v, stride, forwardTail(), out, 1, y, yStride);
        }
    }

    /** The library's blocks cannot be parted, so whoever has the first part does all. */
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
        if (plain.isPresent() && rows <= VectorProduct.MOST_ROWS) {
            new VectorProduct(rows, tail, x, stride, beta, y, yStride)
                    .add(plain.get(), from, count, from, forwardTail() + 4L * from, out, workers);
        } else if (from == 0) {
            forward(rows, tail, x, stride, beta, y, yStride);
        }
    }

    @Override
    public void backward(
            int rows, int tail, long dy, int stride, float beta, long dx, int dxStride) {
        multiply(rows, dy, stride, backwardLayout, backward, beta, dx, dxStride);
        if (tail > 0) {
            long du = dy + 4L * out;
            OneDnn.multiply(rows, in, tail, du, stride, backwardTail(), in, 1, dx, dxStride);
        }
    }

    /** Whether a product adds to what is there; the library has no other factor. */
    static boolean adds(float beta) {
        if (beta != 0 && beta != 1) {
            throw new IllegalArgumentException("product has no such beta: beta=" + beta);
        }
        return beta == 1;
    }

    private void multiply(
            int rows,
            long a,
            int stride,
            Bfloat16Layout layout,
            long b,
            float beta,
            long c,
            int cStride) {
        int k = layout.k();
        long narrow = workers.tiles().lay(carver -> carver.bytes((long) Short.BYTES * rows * k));
        for (long row = 0; row < rows; row++) {
            Rounding.toBfloat16(a + 4 * row * stride, narrow + Short.BYTES * row * k, k);
        }
        workers.primitives().multiply(new Shape(rows, layout, cStride, adds(beta)), narrow, b, c);
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
        return bytes;
    }
}
