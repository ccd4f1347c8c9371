package dev.gossamer.client.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.client.data.Example;
import dev.gossamer.client.model.EncoderWeights;
import dev.gossamer.client.train.ReferenceClassifier;
import dev.gossamer.client.train.SequenceClassifier;
import dev.gossamer.client.train.TinyEncoder;
import dev.gossamer.client.weights.ModelCatalog;
import dev.gossamer.protocols.adapter.Basis;
import dev.gossamer.protocols.random.CounterRandom;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

class TensorClassifierTest {
    private final Workers workers = new Workers(2);
    private final TinyEncoder tiny = new TinyEncoder();
    private final EncoderWeights weights = tiny.weights();

    @AfterEach
    void stop() {
        workers.close();
    }

    private static void assertSameStep(
            SequenceClassifier expected,
            SequenceClassifier actual,
            float[] values,
            List<Example> b) {
        float[] expectedGradient = new float[values.length];
        float[] actualGradient = new float[values.length];

        double expectedLoss = expected.gradient(values, b, expectedGradient);
        double actualLoss = actual.gradient(values, b, actualGradient);

        assertEquals(expected.layout(), actual.layout());
        assertEquals(expectedLoss, actualLoss, 1e-5);
        assertArrayEquals(expectedGradient, actualGradient, 1e-5f);
        assertArrayEquals(expected.logits(values, b), actual.logits(values, b), 1e-5f);
        assertTrue(greatest(expectedGradient) > 1e-2, "gradient is too small to tell");
    }

    private static double greatest(float[] values) {
        double greatest = 0;
        for (float value : values) {
            greatest = Math.max(greatest, Math.abs(value));
        }
        return greatest;
    }

    @Test
    void gradient_allTargets_equalsTheReference() {
        Basis basis = tiny.basis();
        var expected = new ReferenceClassifier(weights, basis, TinyEncoder.CLASSES);
        var actual = new TensorClassifier(weights, basis, TinyEncoder.CLASSES, workers);
        float[] values = tiny.floats(expected.layout().size(), 0, 0.1);

        assertSameStep(expected, actual, values, tiny.batch());
    }

    @Test
    void gradient_someTargetsInAnotherOrderAndRank_equalsTheReference() {
        List<Basis.Target> all = tiny.basis().targets();
        Basis.Target thin =
                new Basis.Target(
                        all.get(2).name(),
                        2,
                        all.get(2).in(),
                        all.get(2).out(),
                        tiny.floats(2 * all.get(2).in(), 0, 0.4),
                        tiny.floats(all.get(2).out() * 2, 0, 0.4));
        Basis basis = new Basis(List.of(all.get(11), thin, all.get(4), all.get(7)));
        var expected = new ReferenceClassifier(weights, basis, TinyEncoder.CLASSES);
        var actual = new TensorClassifier(weights, basis, TinyEncoder.CLASSES, workers);
        float[] values = tiny.floats(expected.layout().size(), 0, 0.1);

        assertSameStep(expected, actual, values, tiny.batch());
    }

    @Test
    void new_targetThatTheModelHasNot_isRefusedByName() {
        Basis.Target first = tiny.basis().targets().getFirst();
        Basis basis =
                new Basis(
                        List.of(
                                new Basis.Target(
                                        "encoder.layer.9.attention.self.query",
                                        first.rank(),
                                        first.in(),
                                        first.out(),
                                        first.a(),
                                        first.b())));

        var error =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> new TensorClassifier(weights, basis, 3, workers));

        assertEquals(
                "basis has a target that the model has not:"
                        + " target=encoder.layer.9.attention.self.query",
                error.getMessage());
    }

    /** Real weights, lengths of 3 to 64: several micro-batches, some larger than others. */
    @Test
    void gradient_oneWorkerOrTwoColdOrWarm_isTheSameToTheBit() {
        EncoderWeights minilm = ModelCatalog.shared().load("minilm-l6").weights();
        Basis basis = queriesOnly(minilm.shape().hidden());
        List<Example> batch = batch(minilm.shape().vocabulary());
        var two = new TensorClassifier(minilm, basis, 5, workers);
        float[] values = tiny.floats(two.layout().size(), 0, 0.02);
        float[] first = new float[values.length];
        float[] again = new float[values.length];
        float[] alone = new float[values.length];

        double firstLoss = two.gradient(values, batch, first);
        for (int i = 0; i < 20; i++) {
            two.gradient(values, batch, again);
        }
        try (Workers one = new Workers(1)) {
            double loss =
                    new TensorClassifier(minilm, basis, 5, one).gradient(values, batch, alone);
            assertEquals(firstLoss, loss);
        }

        assertArrayEquals(first, again);
        assertArrayEquals(first, alone);
        assertTrue(PackedRows.cut(batch).size() >= 4);
    }

    private Basis queriesOnly(int hidden) {
        List<Basis.Target> targets = new ArrayList<>();
        for (int layer = 0; layer < 6; layer++) {
            targets.add(
                    new Basis.Target(
                            "encoder.layer." + layer + ".attention.self.query",
                            4,
                            hidden,
                            hidden,
                            tiny.floats(4 * hidden, 0, 0.05),
                            tiny.floats(4 * hidden, 0, 0.05)));
        }
        return new Basis(targets);
    }

    private static List<Example> batch(int vocabulary) {
        CounterRandom random = CounterRandom.of(5, "rows", 0, "");
        List<Example> batch = new ArrayList<>();
        for (int row = 0; row < 16; row++) {
            int[] ids = new int[3 + random.nextInt(62)];
            for (int t = 0; t < ids.length; t++) {
                ids[t] = random.nextInt(vocabulary);
            }
            batch.add(new Example(ids, random.nextInt(5)));
        }
        return batch;
    }

    @Test
    void cut_anyBatch_keepsOrderAndBounds() {
        List<Example> batch = batch(100);

        List<PackedRows> parts = PackedRows.cut(batch);

        List<Example> joined = new ArrayList<>();
        parts.forEach(part -> joined.addAll(part.examples()));
        assertEquals(batch, joined);
        for (PackedRows part : parts) {
            assertTrue(part.tokens() <= 512 + 64, "tokens=" + part.tokens());
        }
    }
}
