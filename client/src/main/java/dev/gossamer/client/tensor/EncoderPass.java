package dev.gossamer.client.tensor;

import dev.gossamer.client.data.Example;
import dev.gossamer.client.model.EncoderShape;
import dev.gossamer.client.tensor.FrozenEncoder.Layer;
import dev.gossamer.client.tensor.FrozenEncoder.Norm;
import dev.gossamer.client.tensor.Workspace.Tape;

import java.lang.foreign.MemorySegment;

/**
 * Forward and backward of the adapted encoder over packed rows, in one worker's buffers.
 *
 * <pre>
 * x      = LN(word + position)
 * middle = LN(x + O(attention(Q x, K x, V x)))
 * x'     = LN(middle + F2(gelu(F1 middle)))
 * </pre>
 */
final class EncoderPass {
    /**
     * Receives input and output gradient of every linear map, for whoever wants dense gradients.
     */
    interface DenseGradients {
        /** Rows of {@code x} at {@code linear.inStride()}, of {@code dy} at its outStride. */
        void add(FusedLinear linear, int rows, long x, long dy);
    }

    private final FrozenEncoder encoder;
    private final EncoderShape shape;
    private final Kernels kernels;
    private final Attention attention;

    EncoderPass(FrozenEncoder encoder, Kernels kernels) {
        this.encoder = encoder;
        this.kernels = kernels;
        shape = encoder.shape();
        attention = new Attention(shape.heads(), shape.headSize(), kernels);
    }

    /** Leaves the encoder's outputs in {@code space.last}, {@code [tokens × hidden]}. */
    void forward(Workspace space, PackedRows batch, long adapter) {
        embed(space, batch);
        for (int l = 0; l < encoder.layers().size(); l++) {
            Tape tape = space.tapes.get(l);
            boolean end = l + 1 == encoder.layers().size();
            long next = end ? space.last.at(0) : space.tapes.get(l + 1).x.at(0);
            int nextStride =
                    end ? shape.hidden() : encoder.layers().get(l + 1).projections().inStride();
            layer(encoder.layers().get(l), tape, space, batch, adapter, next, nextStride);
        }
    }

    private void embed(Workspace space, PackedRows batch) {
        int h = shape.hidden();
        Norm norm = encoder.embeddingNorm();
        Tensor x = space.tapes.getFirst().x;
        int stride = encoder.layers().getFirst().projections().inStride();
        long row = 0;
        for (Example example : batch.examples()) {
            for (int t = 0; t < example.tokens(); t++, row++) {
                kernels.layerNorm(
                        encoder.words().at((long) example.tokenIds()[t] * h),
                        encoder.positions().at((long) t * h),
                        space.embedded.at(row * h),
                        x.at(row * stride),
                        norm.gain().at(0),
                        norm.bias().at(0),
                        h,
                        (float) shape.layerNormEpsilon());
            }
        }
    }

    private void layer(
            Layer layer,
            Tape tape,
            Workspace space,
            PackedRows batch,
            long adapter,
            long next,
            int nextStride) {
        int rows = batch.tokens();
        int h = shape.hidden();
        long product = space.product.at(0);
        layer.projections()
                .forward(
                        rows,
                        tape.x.at(0),
                        tape.projectionsDown.at(0),
                        adapter,
                        tape.projections.at(0));
        attention.forward(
                batch,
                tape.projections.at(0),
                tape.probabilities.at(0),
                tape.context.at(0),
                layer.attentionOutput().inStride());
        layer.attentionOutput()
                .forward(rows, tape.context.at(0), tape.contextDown.at(0), adapter, product);
        normalise(
                rows,
                product,
                tape.x.at(0),
                layer.projections().inStride(),
                tape.middleHat,
                tape.middleInverse,
                layer.attentionNorm(),
                tape.middle.at(0),
                layer.intermediate().inStride());
        layer.intermediate()
                .forward(rows, tape.middle.at(0), tape.middleDown.at(0), adapter, product);
        activate(rows, product, tape, layer.output().inStride());
        layer.output()
                .forward(rows, tape.activated.at(0), tape.activatedDown.at(0), adapter, product);
        normalise(
                rows,
                product,
                tape.middle.at(0),
                layer.intermediate().inStride(),
                tape.outputHat,
                tape.outputInverse,
                layer.outputNorm(),
                next,
                nextStride);
        assert h == layer.output().out();
    }

    private void normalise(
            int rows,
            long x,
            long residual,
            int residualStride,
            Tensor hat,
            Tensor inverse,
            Norm norm,
            long y,
            int yStride) {
        int h = shape.hidden();
        for (long row = 0; row < rows; row++) {
            float scale =
                    kernels.layerNorm(
                            x + 4 * row * h,
                            residual + 4 * row * residualStride,
                            hat.at(row * h),
                            y + 4 * row * yStride,
                            norm.gain().at(0),
                            norm.bias().at(0),
                            h,
                            (float) shape.layerNormEpsilon());
            inverse.set(row, scale);
        }
    }

    private void activate(int rows, long inner, Tape tape, int stride) {
        int f = shape.intermediate();
        for (long row = 0; row < rows; row++) {
            kernels.gelu(
                    inner + 4 * row * f,
                    tape.activated.at(row * stride),
                    tape.slope.at(row * f),
                    f);
        }
    }

    /**
     * Writes every R's gradient to {@code gradient}, from the outputs' gradient in {@code
     * space.gradient}, which is overwritten.
     */
    void backward(Workspace space, PackedRows batch, long adapter, long gradient) {
        backward(space, batch, adapter, gradient, (linear, rows, x, dy) -> {});
    }

    /** The same, showing every linear map's input and output gradient to {@code dense}. */
    void backward(
            Workspace space, PackedRows batch, long adapter, long gradient, DenseGradients dense) {
        for (int l = encoder.layers().size() - 1; l >= 0; l--) {
            Layer layer = encoder.layers().get(l);
            Tape tape = space.tapes.get(l);
            feedForwardBackward(layer, tape, space, batch.tokens(), adapter, gradient, dense);
            attentionBackward(layer, tape, space, batch, adapter, gradient, dense, l > 0);
        }
    }

    private void feedForwardBackward(
            Layer layer,
            Tape tape,
            Workspace space,
            int rows,
            long adapter,
            long gradient,
            DenseGradients dense) {
        long dx = space.gradient.at(0);
        long wide = space.wideGradient.at(0);
        normaliseBackward(
                rows,
                space,
                tape.outputHat,
                tape.outputInverse,
                layer.outputNorm(),
                layer.output().outStride());
        linearBackward(
                layer.output(),
                rows,
                tape.activated,
                tape.activatedDown,
                space,
                adapter,
                gradient,
                dense);
        long product = space.product.at(0);
        layer.output().inputBackward(rows, wide, 0, product);
        slopeBackward(rows, product, tape.slope, wide, layer.intermediate().outStride());
        linearBackward(
                layer.intermediate(),
                rows,
                tape.middle,
                tape.middleDown,
                space,
                adapter,
                gradient,
                dense);
        layer.intermediate().inputBackward(rows, wide, 1, dx);
    }

    private void attentionBackward(
            Layer layer,
            Tape tape,
            Workspace space,
            PackedRows batch,
            long adapter,
            long gradient,
            DenseGradients dense,
            boolean inputWanted) {
        int rows = batch.tokens();
        long wide = space.wideGradient.at(0);
        normaliseBackward(
                rows,
                space,
                tape.middleHat,
                tape.middleInverse,
                layer.attentionNorm(),
                layer.attentionOutput().outStride());
        linearBackward(
                layer.attentionOutput(),
                rows,
                tape.context,
                tape.contextDown,
                space,
                adapter,
                gradient,
                dense);
        layer.attentionOutput().inputBackward(rows, wide, 0, space.contextGradient.at(0));
        attention.backward(
                batch,
                tape.projections.at(0),
                tape.probabilities.at(0),
                space.contextGradient.at(0),
                space.scoreGradient.at(0),
                wide,
                layer.projections().outStride());
        linearBackward(
                layer.projections(),
                rows,
                tape.x,
                tape.projectionsDown,
                space,
                adapter,
                gradient,
                dense);
        if (inputWanted) {
            layer.projections().inputBackward(rows, wide, 1, space.gradient.at(0));
        }
    }

    private static void linearBackward(
            FusedLinear linear,
            int rows,
            Tensor x,
            Tensor down,
            Workspace space,
            long adapter,
            long gradient,
            DenseGradients dense) {
        long wide = space.wideGradient.at(0);
        dense.add(linear, rows, x.at(0), wide);
        linear.adapterBackward(rows, wide, down.at(0), adapter, gradient, space.downGradient.at(0));
    }

    /** The norm's input gradient, to the wide rows for the map before it and in place. */
    private void normaliseBackward(
            int rows, Workspace space, Tensor hat, Tensor inverse, Norm norm, int wideStride) {
        int h = shape.hidden();
        for (long row = 0; row < rows; row++) {
            long dx = space.gradient.at(row * h);
            long wide = space.wideGradient.at(row * wideStride);
            kernels.layerNormBackward(
                    dx, hat.at(row * h), norm.gain().at(0), inverse.get(row), wide, h);
            MemorySegment.copy(Tensor.MEMORY, wide, Tensor.MEMORY, dx, 4L * h);
        }
    }

    private void slopeBackward(int rows, long dy, Tensor slope, long wide, int wideStride) {
        int f = shape.intermediate();
        for (long row = 0; row < rows; row++) {
            long from = dy + 4 * row * f;
            kernels.multiplyInPlace(from, slope.at(row * f), f);
            MemorySegment.copy(
                    Tensor.MEMORY, from, Tensor.MEMORY, wide + 4 * row * wideStride, 4L * f);
        }
    }
}
