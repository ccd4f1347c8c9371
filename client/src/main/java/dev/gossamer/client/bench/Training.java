package dev.gossamer.client.bench;

import dev.gossamer.client.data.Example;
import dev.gossamer.client.train.AdamW;
import dev.gossamer.client.train.AdaptedModel;
import dev.gossamer.client.train.PrivateGradient;

import java.util.ArrayList;
import java.util.List;

/** A model in training: gradient and AdamW, over given batches in turn. */
final class Training {
    private static final double LEARNING_RATE = 1e-3;

    /** A norm that clips about half of the gradients of small models. */
    private static final double CLIP_BOUND = 1;

    private final AdaptedModel model;
    private final List<List<Example>> batches;
    private final float[] values;
    private final float[] gradient;
    private final long[] clippedSum;
    private final AdamW optimizer;
    private int next;

    Training(OpenedCase opened, List<List<Example>> batches) {
        model = opened.model();
        this.batches = batches;
        values = opened.values().clone();
        gradient = new float[values.length];
        clippedSum = new long[values.length];
        optimizer = new AdamW(values.length, 0);
    }

    private List<Example> nextBatch() {
        return batches.get(next++ % batches.size());
    }

    private static int tokens(List<Example> batch) {
        return batch.stream().mapToInt(Example::tokens).sum();
    }

    /** One step; how many tokens it took. */
    int step() {
        List<Example> batch = nextBatch();
        double loss = model.gradient(values, batch, gradient);
        requireFinite(loss);
        optimizer.stepInPlace(values, gradient, LEARNING_RATE);
        return tokens(batch);
    }

    /** One step with each row's gradient clipped; how many tokens it took. */
    int privateStep() {
        List<Example> batch = nextBatch();
        PrivateGradient clipped = new PrivateGradient(CLIP_BOUND);
        requireFinite(clipped.sum(model, values, batch, clippedSum).lossSum());
        for (int i = 0; i < gradient.length; i++) {
            gradient[i] = (float) (clippedSum[i] * clipped.unit() / batch.size());
        }
        optimizer.stepInPlace(values, gradient, LEARNING_RATE);
        return tokens(batch);
    }

    /** The gradients of all batches from one pass, each as of a client of its own. */
    int cohort() {
        List<float[]> all = new ArrayList<>();
        List<float[]> gradients = new ArrayList<>();
        for (int i = 0; i < batches.size(); i++) {
            all.add(values);
            gradients.add(new float[values.length]);
        }
        for (double loss : model.cohortGradients(all, batches, gradients)) {
            requireFinite(loss);
        }
        return batches.stream().mapToInt(Training::tokens).sum();
    }

    /** The same one by one. */
    int oneByOne() {
        for (List<Example> batch : batches) {
            requireFinite(model.gradient(values, batch, new float[values.length]));
        }
        return batches.stream().mapToInt(Training::tokens).sum();
    }

    private static void requireFinite(double loss) {
        if (!Double.isFinite(loss)) {
            throw new IllegalStateException("training diverged: loss=" + loss);
        }
    }
}
