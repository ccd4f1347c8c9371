package dev.gossamer.client.golden;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gossamer.client.data.Example;
import dev.gossamer.client.train.AdamW;
import dev.gossamer.client.train.AdaptedModel;
import dev.gossamer.client.train.AdaptedModel.RowScore;
import dev.gossamer.client.train.Engine.LoadedBase;
import dev.gossamer.protocols.adapter.AdapterLayout.Slice;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * An adapted model against what PyTorch computed in double precision.
 *
 * <p>The expectations are stored in fp32, so what is left is an engine's rounding. PyTorch's own
 * fp32 is off by at most 1.2e-5 in a logit, 7e-6 of a tensor's largest entry in a gradient, 3e-6 in
 * a loss and 6e-5 in a value after five steps; about three to four times as much is asked for.
 */
final class GoldenChecks {
    private static final double LOGIT = 5e-5;
    private static final double LOSS = 1e-5;
    private static final double GRADIENT = 2e-5;
    private static final double AFTER_FIVE_STEPS = 2e-4;
    private static final double LEARNING_RATE = 1e-2;

    private final GoldenModel golden;
    private final GoldenAdapter adapter;
    private final AdaptedModel model;
    private final float[] start;

    GoldenChecks(GoldenModel golden, GoldenAdapter adapter, LoadedBase base) {
        this.golden = golden;
        this.adapter = adapter;
        model = base.attach(adapter.adapter(), golden.head(), adapter.trainedHead());
        start = adapter.startValues(model.layout());
    }

    /** Zero factors leave the base as it is; of R alone, whose head is the model's own. */
    void bareLogits() {
        checkLogits("logits", new float[start.length]);
    }

    void bareLosses() {
        checkLosses("", new float[start.length]);
    }

    void logits() {
        checkLogits(adapter.name() + ".logits", start);
    }

    void losses() {
        checkLosses(adapter.name() + ".", start);
    }

    private void checkLogits(String name, float[] values) {
        List<float[]> expected = golden.logits(name);
        List<float[]> actual = model.logits(values, golden.rows());
        assertEquals(expected.size(), actual.size());
        for (int row = 0; row < expected.size(); row++) {
            assertArrayEquals(expected.get(row), actual.get(row), (float) LOGIT, "row " + row);
        }
    }

    private void checkLosses(String prefix, float[] values) {
        List<Example> rows = golden.rows();
        double[] expected = golden.numbers(prefix + "exampleLoss");
        double[] fromGradients = new double[rows.size()];
        model.exampleGradients(values, rows, (i, loss, gradient) -> fromGradients[i] = loss);
        double[] fromScores =
                model.score(values, rows).stream().mapToDouble(GoldenChecks::meanLoss).toArray();

        double batchLoss = model.gradient(values, rows, new float[values.length]);

        assertEquals(golden.number(prefix + "loss"), batchLoss, LOSS);
        assertArrayEquals(expected, fromGradients, LOSS);
        assertArrayEquals(expected, fromScores, LOSS);
    }

    private static double meanLoss(RowScore score) {
        return score.lossSum() / Math.max(1, score.labels().length);
    }

    void gradient() {
        float[] gradient = new float[start.length];
        model.gradient(start, golden.rows(), gradient);

        for (Slice slice : model.layout().slices()) {
            float[] expected = adapter.gradient().apply(slice);
            checkOfLargest(expected, part(gradient, slice), slice.name());
        }
    }

    void exampleNorms() {
        double[] expected = golden.numbers(adapter.name() + ".exampleGradNorms");
        double[] norms = new double[expected.length];
        model.exampleGradients(
                start, golden.rows(), (i, loss, gradient) -> norms[i] = norm(gradient));
        double largest = Arrays.stream(expected).max().orElseThrow();

        assertArrayEquals(expected, norms, GRADIENT * largest);
    }

    private static double norm(float[] values) {
        double squares = 0;
        for (float value : values) {
            squares += (double) value * value;
        }
        return Math.sqrt(squares);
    }

    void exampleGradients() {
        List<float[]> gradients = new ArrayList<>();
        model.exampleGradients(
                start, golden.rows(), (i, loss, gradient) -> gradients.add(gradient.clone()));

        checkExampleGradients(gradients);
    }

    /** A cohort of one row a client, all with the same values, sees each row's own gradient. */
    void cohortGradients() {
        List<List<Example>> batches = golden.rows().stream().map(List::of).toList();
        List<float[]> gradients = batches.stream().map(batch -> new float[start.length]).toList();
        double[] losses =
                model.cohortGradients(
                        Collections.nCopies(batches.size(), start), batches, gradients);

        assertArrayEquals(golden.numbers(adapter.name() + ".exampleLoss"), losses, LOSS);
        checkExampleGradients(gradients);
    }

    private void checkExampleGradients(List<float[]> gradients) {
        for (Slice slice : model.layout().slices()) {
            float[] expected = golden.exampleGradients(slice);
            float[] actual = new float[expected.length];
            for (int row = 0; row < gradients.size(); row++) {
                float[] own = part(gradients.get(row), slice);
                System.arraycopy(own, 0, actual, row * own.length, own.length);
            }
            checkOfLargest(expected, actual, slice.name());
        }
    }

    void fiveSteps() {
        double[] expected = golden.numbers(adapter.name() + ".adamwLosses");
        AdamW optimizer = new AdamW(start.length, adapter.weightDecay());
        float[] values = start.clone();
        float[] gradient = new float[start.length];
        double[] losses = new double[expected.length];
        for (int step = 0; step < losses.length; step++) {
            losses[step] = model.gradient(values, golden.rows(), gradient);
            optimizer.stepInPlace(values, gradient, LEARNING_RATE);
        }

        assertArrayEquals(expected, losses, LOSS);
        for (Slice slice : model.layout().slices()) {
            float[] after = adapter.afterFive().apply(slice);
            assertArrayEquals(after, part(values, slice), (float) AFTER_FIVE_STEPS, slice.name());
        }
    }

    private float[] part(float[] values, Slice slice) {
        int offset = model.layout().offset(slice.name());
        return Arrays.copyOfRange(values, offset, offset + slice.size());
    }

    private static void checkOfLargest(float[] expected, float[] actual, String tensor) {
        double largest = 0;
        for (float value : expected) {
            largest = Math.max(largest, Math.abs(value));
        }
        // A tolerance of zero is refused, and a gradient may be zero everywhere.
        float tolerance = (float) Math.max(GRADIENT * largest, Float.MIN_NORMAL);
        assertArrayEquals(expected, actual, tolerance, tensor);
    }
}
