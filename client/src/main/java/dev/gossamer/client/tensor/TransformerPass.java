package dev.gossamer.client.tensor;

import dev.gossamer.client.data.Example;
import dev.gossamer.client.model.Architecture;
import dev.gossamer.client.tensor.FrozenTransformer.Layer;
import dev.gossamer.client.tensor.PassBuffers.Tape;

import java.util.List;
import java.util.Optional;

/**
 * Forward and backward of an adapted base over a micro-batch.
 *
 * <pre>
 * post-norm:  m = norm1(x + O(attention(Q x, K x, V x)));   x' = norm2(m + down(act(up(m))))
 * pre-norm:   m = x + O(attention(... norm1(x)));           x' = m + down(act(up(norm2(m))))
 * </pre>
 */
final class TransformerPass {
    private static final int PROJECTIONS = 0;
    private static final int ATTENTION_OUTPUT = 1;
    private static final int FEED_FORWARD = 2;
    private static final int DOWN = 3;

    /** Sees the inputs of every map, and on the way back its output's gradient. */
    interface Watcher {
        /** Sees nothing. */
        Watcher NONE = new Watcher() {};

        /** Rows of {@code x} for group {@code index}, {@code stride} floats apart. */
        default void input(int index, int rows, long x, int stride) {}

        /** The same with the rows {@code dy} of the output's gradient. */
        default void gradient(int index, int rows, long x, int stride, long dy, int dyStride) {}
    }

    /** Writes a layer's context rows from its projections. */
    interface Attending {
        void forward(int layer, Tape tape, long context, int stride);
    }

    private final FrozenTransformer base;
    private final Architecture a;
    private final Kernels kernels;
    private final TiledAttention attention;
    private final HeadNorms headNorms;
    private final List<GroupAdapter> adapters;
    private final Watcher watcher;
    private final int lowest;

    /**
     * A pass with {@code adapters}, one for each group of the base.
     *
     * @param lowest the lowest layer whose gradients are wanted
     */
    TransformerPass(
            FrozenTransformer base, List<GroupAdapter> adapters, int lowest, Watcher watcher) {
        this.base = base;
        this.adapters = adapters;
        this.lowest = lowest;
        this.watcher = watcher;
        a = base.architecture();
        kernels = base.kernels();
        attention = new TiledAttention(a, kernels);
        headNorms = new HeadNorms(a, base.rotary(), kernels);
    }

    /** Leaves the base's outputs in {@code b.output}. */
    void forward(PassBuffers b, Runs runs) {
        forward(
                b,
                runs,
                0,
                (l, tape, context, stride) -> attention.forward(tiles(b, tape), context, stride));
    }

    /**
     * The same for rows that follow others.
     *
     * @param position of each sequence's first row
     */
    void forward(PassBuffers b, Runs runs, int position, Attending attending) {
        embed(b, position);
        for (int l = 0; l < base.layers().size(); l++) {
            attentionForward(b, l, runs, position, attending);
            feedForwardForward(b, l, runs);
        }
        base.finalNorm()
                .ifPresent(
                        norm -> {
                            long from = a.preNorm() ? b.stream : b.output;
                            normalise(
                                    b,
                                    norm,
                                    from,
                                    a.hidden(),
                                    b.finalHat,
                                    b.finalInverse,
                                    b.output,
                                    a.hidden());
                        });
        if (base.finalNorm().isEmpty() && a.preNorm()) {
            Tensor.copy(b.stream, b.output, (long) b.batch.rows() * a.hidden());
        }
    }

    private void embed(PassBuffers b, int position) {
        Optional<FrozenNorm> norm = base.embeddingNorm();
        int stride = a.preNorm() ? a.hidden() : b.inputStrides[PROJECTIONS];
        long to = a.preNorm() ? b.stream : b.tapes[0].inputs[PROJECTIONS];
        for (Example example : b.batch.examples()) {
            for (int t = 0; t < example.tokens(); t++, to += 4L * stride) {
                int type = t < example.secondText() ? 0 : 1;
                base.embeddings().write(example.tokenIds()[t], position + t, type, to);
                if (norm.isPresent()) {
                    norm.get().forward(to, norm.get().nothing(), b.line, to);
                }
            }
        }
    }

    private void normalise(
            PassBuffers b,
            FrozenNorm norm,
            long x,
            int stride,
            long hat,
            long inverse,
            long y,
            int yStride) {
        for (long row = 0; row < b.batch.rows(); row++) {
            float scale =
                    norm.forward(
                            x + 4 * row * stride,
                            norm.nothing(),
                            hat + 4 * row * a.hidden(),
                            y + 4 * row * yStride);
            Tensor.poke(inverse + 4 * row, scale);
        }
    }

    private void normaliseSum(
            PassBuffers b,
            FrozenNorm norm,
            long residual,
            int stride,
            long hat,
            long inverse,
            long y,
            int yStride) {
        int h = a.hidden();
        for (long row = 0; row < b.batch.rows(); row++) {
            float scale =
                    norm.forward(
                            b.product + 4 * row * h,
                            residual + 4 * row * stride,
                            hat + 4 * row * h,
                            y + 4 * row * yStride);
            Tensor.poke(inverse + 4 * row, scale);
        }
    }

    private void map(PassBuffers b, int l, int g, Runs runs, float beta, long y, int yStride) {
        Tape tape = b.tapes[l];
        int index = l * FrozenTransformer.GROUPS + g;
        watcher.input(index, b.batch.rows(), tape.inputs[g], b.inputStrides[g]);
        adapters.get(index)
                .forward(
                        b.team,
                        b.batch.rows(),
                        tape.inputs[g],
                        b.inputStrides[g],
                        tape.downs[g],
                        runs,
                        b.drops,
                        beta,
                        y,
                        yStride);
    }

    private void attentionForward(
            PassBuffers b, int l, Runs runs, int position, Attending attending) {
        Layer layer = base.layers().get(l);
        Tape tape = b.tapes[l];
        long x = tape.inputs[PROJECTIONS];
        int stride = b.inputStrides[PROJECTIONS];
        if (a.preNorm()) {
            normalise(
                    b,
                    layer.attentionNorm(),
                    b.stream,
                    a.hidden(),
                    tape.attentionHat,
                    tape.attentionInverse,
                    x,
                    stride);
        }
        map(b, l, PROJECTIONS, runs, 0, tape.projections, base.projectionWidth());
        headNorms.forward(layer, tape, b.batch, position, base.projectionWidth());
        attending.forward(l, tape, tape.inputs[ATTENTION_OUTPUT], b.inputStrides[ATTENTION_OUTPUT]);
        if (a.preNorm()) {
            map(b, l, ATTENTION_OUTPUT, runs, 1, b.stream, a.hidden());
        } else {
            map(b, l, ATTENTION_OUTPUT, runs, 0, b.product, a.hidden());
            normaliseSum(
                    b,
                    layer.attentionNorm(),
                    x,
                    stride,
                    tape.attentionHat,
                    tape.attentionInverse,
                    tape.inputs[FEED_FORWARD],
                    b.inputStrides[FEED_FORWARD]);
        }
    }

    private TiledAttention.Buffers tiles(PassBuffers b, Tape tape) {
        return new TiledAttention.Buffers(
                b.batch,
                tape.projections,
                base.projectionWidth(),
                tape.max,
                tape.inverse,
                b.tile,
                b.dTile);
    }

    private void feedForwardForward(PassBuffers b, int l, Runs runs) {
        Layer layer = base.layers().get(l);
        Tape tape = b.tapes[l];
        long x = tape.inputs[FEED_FORWARD];
        int stride = b.inputStrides[FEED_FORWARD];
        if (a.preNorm()) {
            normalise(
                    b,
                    layer.feedForwardNorm(),
                    b.stream,
                    a.hidden(),
                    tape.feedForwardHat,
                    tape.feedForwardInverse,
                    x,
                    stride);
        }
        map(b, l, FEED_FORWARD, runs, 0, tape.slope, base.feedForwardWidth());
        activate(b, tape);
        if (a.preNorm()) {
            map(b, l, DOWN, runs, 1, b.stream, a.hidden());
        } else {
            map(b, l, DOWN, runs, 0, b.product, a.hidden());
            boolean last = l + 1 == base.layers().size();
            long next = last ? b.output : b.tapes[l + 1].inputs[PROJECTIONS];
            normaliseSum(
                    b,
                    layer.feedForwardNorm(),
                    x,
                    stride,
                    tape.feedForwardHat,
                    tape.feedForwardInverse,
                    next,
                    last ? a.hidden() : b.inputStrides[PROJECTIONS]);
        }
    }

    /** What the products are before becomes, in place, what the way back multiplies with. */
    private void activate(PassBuffers b, Tape tape) {
        int n = a.intermediate();
        int width = base.feedForwardWidth();
        int stride = b.inputStrides[DOWN];
        for (long row = 0; row < b.batch.rows(); row++) {
            long inner = tape.slope + 4 * row * width;
            long y = tape.inputs[DOWN] + 4 * row * stride;
            if (a.gated()) {
                long up = inner + 4L * n;
                kernels.activate(a.activation(), inner, b.line, inner, n);
                kernels.multiply(b.line, up, y, n);
                kernels.multiplyInPlace(inner, up, n);
                Tensor.copy(b.line, up, n);
            } else {
                kernels.activate(a.activation(), inner, y, inner, n);
            }
        }
    }

    /**
     * Adds every trained factor's gradient, from the outputs' gradient in {@code b.output}.
     *
     * @param runs whose values each row was computed with
     * @param gradients where each row's gradient goes
     */
    void backward(PassBuffers b, Runs runs, Runs gradients) {
        int stride = b.outputStrides[DOWN];
        for (long row = 0; row < b.batch.rows(); row++) {
            long to = b.gradient + 4 * row * stride;
            long dy = b.output + 4 * row * a.hidden();
            if (base.finalNorm().isPresent()) {
                float inverse = Tensor.peek(b.finalInverse + 4 * row);
                long hat = b.finalHat + 4 * row * a.hidden();
                base.finalNorm().get().backward(dy, hat, inverse, to);
            } else {
                Tensor.copy(dy, to, a.hidden());
            }
        }
        for (int l = base.layers().size() - 1; l >= lowest; l--) {
            feedForwardBackward(b, l, runs, gradients);
            attentionBackward(b, l, runs, gradients);
        }
    }

    /** The gradient of a post-norm's input, in place. */
    private void normBackwardInPlace(PassBuffers b, FrozenNorm norm, long hat, long inverse) {
        int stride = b.outputStrides[DOWN];
        for (long row = 0; row < b.batch.rows(); row++) {
            long dx = b.gradient + 4 * row * stride;
            norm.backward(dx, hat + 4 * row * a.hidden(), Tensor.peek(inverse + 4 * row), dx);
        }
    }

    /** Adds the gradient of a pre-norm's input, from that of its output in the product. */
    private void normBackward(PassBuffers b, FrozenNorm norm, long hat, long inverse) {
        int h = a.hidden();
        int stride = b.outputStrides[DOWN];
        for (long row = 0; row < b.batch.rows(); row++) {
            long dy = b.product + 4 * row * h;
            norm.backward(dy, hat + 4 * row * h, Tensor.peek(inverse + 4 * row), dy);
            kernels.addInPlace(b.gradient + 4 * row * stride, dy, h);
        }
    }

    private void adapterBackward(PassBuffers b, int l, int g, long dy, Runs runs, Runs gradients) {
        Tape tape = b.tapes[l];
        int rows = b.batch.rows();
        int index = l * FrozenTransformer.GROUPS + g;
        long x = tape.inputs[g];
        int xStride = b.inputStrides[g];
        watcher.gradient(index, rows, x, xStride, dy, b.outputStrides[g]);
        adapters.get(index)
                .backward(
                        rows,
                        dy,
                        b.outputStrides[g],
                        x,
                        xStride,
                        tape.downs[g],
                        runs,
                        gradients,
                        b.drops,
                        b.dv);
    }

    private void inputBackward(PassBuffers b, int l, int g, long dy, float beta, long dx, int s) {
        adapters.get(l * FrozenTransformer.GROUPS + g)
                .inputBackward(b.batch.rows(), dy, b.outputStrides[g], b.drops, beta, dx, s);
    }

    private void feedForwardBackward(PassBuffers b, int l, Runs runs, Runs gradients) {
        Layer layer = base.layers().get(l);
        Tape tape = b.tapes[l];
        if (!a.preNorm()) {
            normBackwardInPlace(
                    b, layer.feedForwardNorm(), tape.feedForwardHat, tape.feedForwardInverse);
        }
        adapterBackward(b, l, DOWN, b.gradient, runs, gradients);
        inputBackward(b, l, DOWN, b.gradient, 0, b.product, a.intermediate());
        slopeBackward(b, tape);
        adapterBackward(b, l, FEED_FORWARD, b.wide, runs, gradients);
        branchBackward(
                b,
                l,
                FEED_FORWARD,
                layer.feedForwardNorm(),
                tape.feedForwardHat,
                tape.feedForwardInverse);
    }

    /** Adds the gradient of a branch's input to that of the residual sum. */
    private void branchBackward(
            PassBuffers b, int l, int g, FrozenNorm norm, long hat, long inverse) {
        if (a.preNorm()) {
            inputBackward(b, l, g, b.wide, 0, b.product, a.hidden());
            normBackward(b, norm, hat, inverse);
        } else {
            inputBackward(b, l, g, b.wide, 1, b.gradient, b.outputStrides[DOWN]);
        }
    }

    private void slopeBackward(PassBuffers b, Tape tape) {
        int n = a.intermediate();
        int width = base.feedForwardWidth();
        int stride = b.outputStrides[FEED_FORWARD];
        for (long row = 0; row < b.batch.rows(); row++) {
            long dy = b.product + 4 * row * n;
            long slope = tape.slope + 4 * row * width;
            long to = b.wide + 4 * row * stride;
            kernels.multiply(dy, slope, to, n);
            if (a.gated()) {
                kernels.multiply(dy, slope + 4L * n, to + 4L * n, n);
            }
        }
    }

    private void attentionBackward(PassBuffers b, int l, Runs runs, Runs gradients) {
        Layer layer = base.layers().get(l);
        Tape tape = b.tapes[l];
        if (!a.preNorm()) {
            normBackwardInPlace(b, layer.attentionNorm(), tape.attentionHat, tape.attentionInverse);
        }
        adapterBackward(b, l, ATTENTION_OUTPUT, b.gradient, runs, gradients);
        inputBackward(b, l, ATTENTION_OUTPUT, b.gradient, 0, b.dContext, a.queryWidth());
        int stride = b.outputStrides[PROJECTIONS];
        attention.backward(tiles(b, tape), b.dContext, a.queryWidth(), b.wide, stride);
        headNorms.backward(layer, tape, b.batch, b.wide, stride);
        adapterBackward(b, l, PROJECTIONS, b.wide, runs, gradients);
        if (l > lowest) {
            branchBackward(
                    b,
                    l,
                    PROJECTIONS,
                    layer.attentionNorm(),
                    tape.attentionHat,
                    tape.attentionInverse);
        }
    }
}
