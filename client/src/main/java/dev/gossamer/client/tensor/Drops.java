package dev.gossamer.client.tensor;

import dev.gossamer.client.adapter.Dropout;
import dev.gossamer.client.tensor.Scratch.Carver;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * What a micro-batch drops of its adapters' inputs, and room for the inputs that remain.
 *
 * <p>Masks are made anew whenever they are needed: that costs less than keeping them.
 */
final class Drops {
    /** Drops nothing. */
    static final Drops NONE = new Drops(new Dropout[0], new long[0], Kernels.fastest(), 0, 0, 0);

    private final Dropout[] dropouts;
    private final long[] keys;
    private final Kernels kernels;
    private final float[] mask;
    private final long line;

    /** Where rows of masked inputs may lie, {@code [rows × widest input]}. */
    final long inputs;

    private Drops(
            Dropout[] dropouts, long[] keys, Kernels kernels, int widest, long inputs, long line) {
        this.dropouts = dropouts;
        this.keys = keys;
        this.kernels = kernels;
        this.line = line;
        mask = new float[widest];
        this.inputs = inputs;
    }

    /**
     * The drops of {@code batch}.
     *
     * @param dropouts of each of its sequences
     * @param examples the number of each within the batch that its owner steps on
     * @param widest the most inputs of a target
     */
    static Drops of(
            Carver carver,
            MicroBatch batch,
            Dropout[] dropouts,
            int[] examples,
            Kernels kernels,
            int widest) {
        if (Arrays.stream(dropouts).noneMatch(Dropout::drops)) {
            return NONE;
        }
        Dropout[] ofRows = new Dropout[batch.rows()];
        long[] keys = new long[batch.rows()];
        for (int s = 0; s < batch.sequences(); s++) {
            for (int t = 0; t < batch.tokens(s); t++) {
                int row = batch.starts()[s] + t;
                ofRows[row] = dropouts[s];
                keys[row] = dropouts[s].row(examples[s], t);
            }
        }
        long inputs = carver.floats((long) batch.rows() * widest);
        return new Drops(ofRows, keys, kernels, widest, inputs, carver.floats(widest));
    }

    /** Whether anything is dropped. */
    boolean any() {
        return keys.length > 0;
    }

    /** Writes the rows of {@code x} as {@code target} gets them to {@code inputs}. */
    void maskInputs(int target, int in, long x, int stride) {
        for (int row = 0; row < keys.length; row++) {
            drawMask(row, target, in);
            kernels.multiply(x + 4L * row * stride, line, inputs + 4L * row * in, in);
        }
    }

    /** Adds the gradient in {@code inputs} of what {@code target} got to that of {@code x}. */
    void addMasked(int target, int in, long dx, int stride) {
        for (int row = 0; row < keys.length; row++) {
            drawMask(row, target, in);
            long own = inputs + 4L * row * in;
            kernels.multiplyInPlace(own, line, in);
            kernels.addInPlace(dx + 4L * row * stride, own, in);
        }
    }

    private void drawMask(int row, int target, int in) {
        dropouts[row].mask(keys[row], target, mask, in);
        MemorySegment.copy(mask, 0, Tensor.MEMORY, ValueLayout.JAVA_FLOAT, line, in);
    }
}
