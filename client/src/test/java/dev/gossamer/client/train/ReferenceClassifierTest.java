package dev.gossamer.client.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gossamer.client.data.Example;
import dev.gossamer.protocols.adapter.AdapterLayout.Slice;
import dev.gossamer.protocols.adapter.AdapterState;
import dev.gossamer.protocols.adapter.Basis;
import dev.gossamer.protocols.wire.Message.Score;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

import java.util.ArrayList;
import java.util.List;

class ReferenceClassifierTest {
    private final TinyEncoder tiny = new TinyEncoder();
    private final ReferenceClassifier classifier =
            new ReferenceClassifier(tiny.weights(), tiny.basis(), TinyEncoder.CLASSES);
    private final List<Example> batch = tiny.batch();
    private final double[] values = adapter();

    private double[] adapter() {
        float[] drawn = tiny.floats(classifier.layout().size(), 0, 0.3);
        double[] adapter = new double[drawn.length];
        for (int i = 0; i < drawn.length; i++) {
            adapter[i] = drawn[i];
        }
        return adapter;
    }

    /**
     * Each slice's gradient passes through every layer above it, so that the slices of the first
     * layer check the input gradients of all kinds of layer. Central differences at 1e-5 err by
     * about 1e-10 here.
     */
    @TestFactory
    List<DynamicTest> gradient_ofEachSlice_matchesCentralDifferences() {
        double[] gradient = new double[values.length];
        classifier.gradient(values, batch, gradient);
        List<DynamicTest> tests = new ArrayList<>();
        for (Slice slice : classifier.layout().slices()) {
            tests.add(DynamicTest.dynamicTest(slice.name(), () -> checkSlice(slice, gradient)));
        }
        return tests;
    }

    private void checkSlice(Slice slice, double[] gradient) {
        int offset = classifier.layout().offset(slice.name());
        for (int i = offset; i < offset + slice.size(); i++) {
            assertEquals(centralDifference(i), gradient[i], 1e-8, slice.name() + "[" + i + "]");
        }
    }

    private double centralDifference(int i) {
        double step = 1e-5;
        double[] moved = values.clone();
        moved[i] = values[i] + step;
        double above = classifier.gradient(moved, batch, new double[moved.length]);
        moved[i] = values[i] - step;
        double below = classifier.gradient(moved, batch, new double[moved.length]);
        return (above - below) / (2 * step);
    }

    @Test
    void gradient_ofBatch_isTheMeanOfItsRows() {
        double[] whole = new double[values.length];
        double[] sum = new double[values.length];

        double loss = classifier.gradient(values, batch, whole);
        double lossSum = 0;
        for (Example row : batch) {
            lossSum += classifier.gradient(values, List.of(row), sum);
        }

        assertEquals(loss, lossSum / batch.size(), 1e-12);
        for (int i = 0; i < sum.length; i++) {
            sum[i] /= batch.size();
        }
        assertArrayEquals(whole, sum, 1e-12);
    }

    @Test
    void train_onOneBatch_learnsItAndLeavesTheStartAlone() {
        AdapterState start = state();
        float[] before = start.values().clone();
        TrainPlan plan = new TrainPlan(60, batch.size(), 0.02, 0);

        LocalTrainer.Trained trained =
                LocalTrainer.train(
                        classifier, start, batch, plan, 3, 1, "client-1", Progress.SILENT);

        Score score = Evaluation.score(classifier, trained.state(), batch);
        assertEquals(batch.size(), score.correct());
        assertEquals(60 * 16, trained.tokens());
        assertArrayEquals(before, start.values());
    }

    @Test
    void train_sameKey_givesTheSameDigestAndAnotherRoundAnother() {
        TrainPlan plan = new TrainPlan(3, 2, 0.02, 0);

        AdapterState one =
                LocalTrainer.train(
                                classifier, state(), batch, plan, 3, 1, "client-1", Progress.SILENT)
                        .state();
        AdapterState same =
                LocalTrainer.train(
                                classifier, state(), batch, plan, 3, 1, "client-1", Progress.SILENT)
                        .state();
        AdapterState other =
                LocalTrainer.train(
                                classifier, state(), batch, plan, 3, 2, "client-1", Progress.SILENT)
                        .state();

        assertEquals(one.digest(), same.digest());
        assertEquals(false, one.digest().equals(other.digest()));
    }

    @Test
    void train_withoutRows_isRefusedByNode() {
        var error =
                assertThrows(
                        IllegalArgumentException.class,
                        () ->
                                LocalTrainer.train(
                                        classifier,
                                        state(),
                                        List.of(),
                                        new TrainPlan(1, 1, 0.1, 0),
                                        3,
                                        1,
                                        "client-1",
                                        Progress.SILENT));

        assertEquals("no rows to train on: node=client-1, rows=0", error.getMessage());
    }

    @Test
    void score_matchesTheBatchLoss() {
        Score score = Evaluation.score(classifier, state(), batch);

        double loss = classifier.gradient(values, batch, new double[values.length]);
        assertEquals(loss, score.lossSum() / score.rows(), 1e-6);
    }

    @Test
    void new_basisOfAnotherShape_isRefusedByTarget() {
        Basis.Target wrong =
                new Basis.Target(
                        "encoder.layer.0.attention.self.query",
                        1,
                        5,
                        12,
                        new float[5],
                        new float[12]);

        var error =
                assertThrows(
                        IllegalArgumentException.class,
                        () ->
                                new ReferenceClassifier(
                                        tiny.weights(), new Basis(List.of(wrong)), 3));

        assertEquals(
                "basis does not fit the matrix: target=encoder.layer.0.attention.self.query,"
                        + " basis=12x5, matrix=12x12",
                error.getMessage());
    }

    private AdapterState state() {
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
        }
        return new AdapterState(classifier.layout(), floats);
    }
}
