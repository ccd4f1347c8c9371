package dev.gossamer.client.tensor;

import dev.gossamer.client.model.Architecture;
import dev.gossamer.client.tensor.FrozenTransformer.Layer;
import dev.gossamer.client.tensor.PassBuffers.Tape;

import java.util.Optional;

/** What happens to queries and keys before attention: a norm over each head, rotary positions. */
final class HeadNorms {
    private final Architecture a;
    private final Optional<RotaryTable> rotary;
    private final Kernels kernels;

    HeadNorms(Architecture a, Optional<RotaryTable> rotary, Kernels kernels) {
        this.a = a;
        this.rotary = rotary;
        this.kernels = kernels;
    }

    /**
     * Normalises and turns the projections in place.
     *
     * @param position of each sequence's first row
     * @param width floats from one row to the next
     */
    void forward(Layer layer, Tape tape, MicroBatch batch, int position, int width) {
        int row = 0;
        for (int s = 0; s < batch.sequences(); s++) {
            for (int t = 0; t < batch.tokens(s); t++, row++) {
                forward(layer, tape, row, position + t, width);
            }
        }
    }

    private void forward(Layer layer, Tape tape, int row, int position, int width) {
        long query = tape.projections + 4L * row * width;
        long key = query + 4L * a.queryWidth();
        if (layer.queryNorm().isPresent()) {
            long hat = hat(tape, row);
            long inverse = inverse(tape, row);
            normalise(layer.queryNorm().get(), query, a.heads(), hat, inverse);
            long keyHat = hat + 4L * a.queryWidth();
            normalise(
                    layer.keyNorm().orElseThrow(),
                    key,
                    a.keyValueHeads(),
                    keyHat,
                    inverse + 4L * a.heads());
        }
        if (rotary.isPresent()) {
            int size = a.headSize();
            rotary.get().turn(kernels, query, a.heads(), size, position, 1);
            rotary.get().turn(kernels, key, a.keyValueHeads(), size, position, 1);
        }
    }

    private long hat(Tape tape, long row) {
        return tape.headHat + 4 * row * (a.queryWidth() + a.keyValueWidth());
    }

    private long inverse(Tape tape, long row) {
        return tape.headInverse + 4 * row * (a.heads() + a.keyValueHeads());
    }

    private void normalise(FrozenNorm norm, long x, int heads, long hat, long inverse) {
        for (int head = 0; head < heads; head++) {
            long at = 4L * head * a.headSize();
            float scale = norm.forward(x + at, norm.nothing(), hat + at, x + at);
            Tensor.poke(inverse + 4L * head, scale);
        }
    }

    /** Turns the gradients of queries and keys into those of the projections, in place. */
    void backward(Layer layer, Tape tape, MicroBatch batch, long dProjections, int stride) {
        if (rotary.isEmpty() && layer.queryNorm().isEmpty()) {
            return;
        }
        int row = 0;
        for (int s = 0; s < batch.sequences(); s++) {
            for (int t = 0; t < batch.tokens(s); t++, row++) {
                backward(layer, tape, row, t, dProjections + 4L * row * stride);
            }
        }
    }

    private void backward(Layer layer, Tape tape, int row, int position, long dQuery) {
        long dKey = dQuery + 4L * a.queryWidth();
        if (rotary.isPresent()) {
            int size = a.headSize();
            rotary.get().turn(kernels, dQuery, a.heads(), size, position, -1);
            rotary.get().turn(kernels, dKey, a.keyValueHeads(), size, position, -1);
        }
        if (layer.queryNorm().isPresent()) {
            long hat = hat(tape, row);
            long inverse = inverse(tape, row);
            normBackward(layer.queryNorm().get(), dQuery, a.heads(), hat, inverse);
            normBackward(
                    layer.keyNorm().orElseThrow(),
                    dKey,
                    a.keyValueHeads(),
                    hat + 4L * a.queryWidth(),
                    inverse + 4L * a.heads());
        }
    }

    private void normBackward(FrozenNorm norm, long d, int heads, long hat, long inverse) {
        for (int head = 0; head < heads; head++) {
            long at = 4L * head * a.headSize();
            norm.backward(d + at, hat + at, Tensor.peek(inverse + 4L * head), d + at);
        }
    }
}
