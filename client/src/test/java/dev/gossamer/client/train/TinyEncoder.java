package dev.gossamer.client.train;

import dev.gossamer.client.data.Example;
import dev.gossamer.client.model.EncoderShape;
import dev.gossamer.client.model.EncoderWeights;
import dev.gossamer.client.model.LinearRole;
import dev.gossamer.protocols.adapter.Basis;
import dev.gossamer.protocols.random.CounterRandom;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/** A small random encoder, basis and batch: no weight, gain or bias is zero or one. */
public final class TinyEncoder {
    public static final EncoderShape SHAPE = new EncoderShape(2, 12, 3, 20, 17, 9, 2, 1e-12);
    public static final int CLASSES = 3;
    public static final int RANK = 4;

    private final CounterRandom random = CounterRandom.of(11, "tiny", 0, "");

    public EncoderWeights weights() {
        List<EncoderWeights.Layer> layers = new ArrayList<>();
        for (int i = 0; i < SHAPE.layers(); i++) {
            layers.add(layer());
        }
        int h = SHAPE.hidden();
        return new EncoderWeights(
                SHAPE,
                normal(SHAPE.vocabulary() * h, 0, 1),
                normal(SHAPE.positions() * h, 0, 1),
                normal(SHAPE.tokenTypes() * h, 0, 1),
                norm(h),
                layers);
    }

    private EncoderWeights.Layer layer() {
        int h = SHAPE.hidden();
        int f = SHAPE.intermediate();
        return new EncoderWeights.Layer(
                linear(h, h),
                linear(h, h),
                linear(h, h),
                linear(h, h),
                norm(h),
                linear(f, h),
                linear(h, f),
                norm(h));
    }

    private EncoderWeights.Linear linear(int out, int in) {
        return new EncoderWeights.Linear(
                normal(out * in, 0, 1 / Math.sqrt(in)), normal(out, 0, 0.3));
    }

    private EncoderWeights.Norm norm(int width) {
        return new EncoderWeights.Norm(normal(width, 1, 0.2), normal(width, 0, 0.2));
    }

    private FloatBuffer normal(int size, double mean, double deviation) {
        return FloatBuffer.wrap(floats(size, mean, deviation));
    }

    public float[] floats(int size, double mean, double deviation) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) (mean + deviation * random.nextGaussian());
        }
        return values;
    }

    /** Random factors for every matrix; their orthonormality plays no part in the step. */
    public Basis basis() {
        List<Basis.Target> targets = new ArrayList<>();
        for (int layer = 0; layer < SHAPE.layers(); layer++) {
            for (LinearRole role : LinearRole.values()) {
                int in = role == LinearRole.FFN_OUTPUT ? SHAPE.intermediate() : SHAPE.hidden();
                int out = role == LinearRole.INTERMEDIATE ? SHAPE.intermediate() : SHAPE.hidden();
                targets.add(
                        new Basis.Target(
                                role.moduleName(layer),
                                RANK,
                                in,
                                out,
                                floats(RANK * in, 0, 0.4),
                                floats(out * RANK, 0, 0.4)));
            }
        }
        return new Basis(targets);
    }

    /** Rows of 1 to 7 tokens. */
    public List<Example> batch() {
        List<Example> batch = new ArrayList<>();
        for (int length = 1; length <= 7; length += 2) {
            int[] ids = new int[length];
            for (int t = 0; t < length; t++) {
                ids[t] = random.nextInt(SHAPE.vocabulary());
            }
            batch.add(new Example(ids, random.nextInt(CLASSES)));
        }
        return batch;
    }
}
