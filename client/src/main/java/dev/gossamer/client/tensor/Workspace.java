package dev.gossamer.client.tensor;

import dev.gossamer.client.model.EncoderShape;

import java.util.ArrayList;
import java.util.List;

/**
 * One worker's buffers for a forward and a backward pass over up to {@code rows} packed rows.
 *
 * <p>Confined to the worker. What a layer's backward pass needs is kept per layer; gradients share
 * their buffers.
 */
final class Workspace {
    /** What one layer's forward pass leaves for its backward pass. */
    static final class Tape {
        final Tensor x;
        final Tensor projectionsDown;
        final Tensor projections;
        final Tensor probabilities;
        final Tensor context;
        final Tensor contextDown;
        final Tensor middleHat;
        final Tensor middleInverse;
        final Tensor middle;
        final Tensor middleDown;
        final Tensor slope;
        final Tensor activated;
        final Tensor activatedDown;
        final Tensor outputHat;
        final Tensor outputInverse;

        private Tape(FrozenEncoder.Layer layer, int rows, long scores) {
            x = input(layer.projections(), rows);
            projectionsDown = down(layer.projections(), rows);
            projections = Tensor.zeros((long) rows * layer.projections().out());
            probabilities = Tensor.zeros(scores);
            context = input(layer.attentionOutput(), rows);
            contextDown = down(layer.attentionOutput(), rows);
            middleHat = Tensor.zeros((long) rows * layer.attentionOutput().out());
            middleInverse = Tensor.zeros(rows);
            middle = input(layer.intermediate(), rows);
            middleDown = down(layer.intermediate(), rows);
            slope = Tensor.zeros((long) rows * layer.intermediate().out());
            activated = input(layer.output(), rows);
            activatedDown = down(layer.output(), rows);
            outputHat = Tensor.zeros((long) rows * layer.output().out());
            outputInverse = Tensor.zeros(rows);
        }

        /** Rows {@code [x | 1 | v]}: the ones are set here and never overwritten. */
        private static Tensor input(FusedLinear linear, int rows) {
            Tensor tensor = Tensor.zeros((long) rows * linear.inStride());
            for (int row = 0; row < rows; row++) {
                tensor.set((long) row * linear.inStride() + linear.in(), 1);
            }
            return tensor;
        }

        private static Tensor down(FusedLinear linear, int rows) {
            return Tensor.zeros((long) rows * linear.rank() + 1);
        }
    }

    private final FrozenEncoder encoder;
    private final int rows;
    private final long scores;
    final List<Tape> tapes = new ArrayList<>();
    final Tensor embedded;
    final Tensor last;
    final Tensor product;
    final Tensor gradient;
    final Tensor wideGradient;
    final Tensor downGradient;
    final Tensor contextGradient;
    final Tensor scoreGradient;

    /**
     * Buffers for {@code encoder}.
     *
     * @param scores attention scores a layer: heads times the sum of squared lengths
     */
    Workspace(FrozenEncoder encoder, int rows, long scores) {
        this.encoder = encoder;
        this.rows = rows;
        this.scores = scores;
        EncoderShape shape = encoder.shape();
        for (FrozenEncoder.Layer layer : encoder.layers()) {
            tapes.add(new Tape(layer, rows, scores));
        }
        long hidden = (long) rows * shape.hidden();
        embedded = Tensor.zeros(hidden);
        last = Tensor.zeros(hidden);
        gradient = Tensor.zeros(hidden);
        contextGradient = Tensor.zeros(hidden);
        product = Tensor.zeros((long) rows * Math.max(shape.hidden(), shape.intermediate()));
        wideGradient = Tensor.zeros((long) rows * widest(encoder));
        downGradient = Tensor.zeros((long) rows * highestRank(encoder) + 1);
        scoreGradient = Tensor.zeros(scores);
    }

    private static int widest(FrozenEncoder encoder) {
        int widest = 0;
        for (FrozenEncoder.Layer layer : encoder.layers()) {
            widest = Math.max(widest, layer.projections().outStride());
            widest = Math.max(widest, layer.attentionOutput().outStride());
            widest = Math.max(widest, layer.intermediate().outStride());
            widest = Math.max(widest, layer.output().outStride());
        }
        return widest;
    }

    private static int highestRank(FrozenEncoder encoder) {
        int highest = 0;
        for (FrozenEncoder.Layer layer : encoder.layers()) {
            highest = Math.max(highest, layer.projections().rank());
            highest = Math.max(highest, layer.attentionOutput().rank());
            highest = Math.max(highest, layer.intermediate().rank());
            highest = Math.max(highest, layer.output().rank());
        }
        return highest;
    }

    /** Whether the buffers serve {@code rows} rows of {@code other}. */
    boolean serves(FrozenEncoder other, int otherRows, long otherScores) {
        return encoder.sameSizes(other) && otherRows <= rows && otherScores <= scores;
    }

    int rows() {
        return rows;
    }

    long scores() {
        return scores;
    }
}
