package dev.gossamer.client.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.client.adapter.Adapter;
import dev.gossamer.client.data.Example;
import dev.gossamer.client.model.Head;
import dev.gossamer.client.model.TinyHeads;
import dev.gossamer.client.model.TinyTransformers;
import dev.gossamer.client.model.Transformer;
import dev.gossamer.client.reference.ReferenceEngine;
import dev.gossamer.client.train.AdaptedModel;
import dev.gossamer.client.train.AdaptedModel.TextSession;
import dev.gossamer.client.train.Engine;
import dev.gossamer.client.train.Engine.Precision;
import dev.gossamer.client.train.Engine.Storage;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

class Bfloat16PrecisionTest {
    /** A bf16 value is off by up to 1/256 of itself, and sums of a dozen average little of that. */
    private static final double DISTANCE = 0.08;

    private static final int[] LENGTHS = {5, 24, 1, 17, 24, 2, 9, 16, 23, 24, 8};

    private static AdaptedModel attached(
            Engine engine, Precision precision, Transformer base, Head head) {
        Adapter adapter = TinyTransformers.adapter(base, Adapter.Kind.R_ONLY, 2, 0.7, 42);
        return engine.load(base, Storage.FP32, precision).attach(adapter, head, Set.of());
    }

    private static double distance(float[] expected, float[] actual) {
        double difference = 0;
        double norm = 0;
        for (int i = 0; i < expected.length; i++) {
            difference += Math.pow(expected[i] - actual[i], 2);
            norm += Math.pow(expected[i], 2);
        }
        return Math.sqrt(difference / norm);
    }

    @TestFactory
    List<DynamicTest> gradient_inBfloat16_isNearTheReference() {
        List<DynamicTest> tests = new ArrayList<>();
        for (Map.Entry<String, Transformer> base : TinyTransformers.all().entrySet()) {
            for (Map.Entry<String, Head> head : TinyHeads.all(base.getValue()).entrySet()) {
                tests.add(
                        DynamicTest.dynamicTest(
                                base.getKey() + " " + head.getKey(),
                                () -> checkGradient(base.getValue(), head.getValue())));
            }
        }
        return tests;
    }

    private static void checkGradient(Transformer base, Head head) {
        try (Workers workers = new Workers(2)) {
            AdaptedModel expected = attached(new ReferenceEngine(), Precision.FP32, base, head);
            AdaptedModel actual = attached(new CpuEngine(workers), Precision.BF16, base, head);
            int size = expected.layout().size();
            float[] values = TinyTransformers.values(size, 0.2, 41);
            List<Example> rows = TinyHeads.rows(head, 3, LENGTHS);
            float[] want = new float[size];
            float[] got = new float[size];

            double loss = expected.gradient(values, rows, want);

            assertEquals(loss, actual.gradient(values, rows, got), DISTANCE * loss);
            double distance = distance(want, got);
            assertTrue(distance > 0 && distance < DISTANCE, "distance=" + distance);
        }
    }

    @Test
    void gradient_forAnyNumberOfWorkers_isTheSameBitByBit() {
        Transformer base = TinyTransformers.llama(71);
        Head head = TinyHeads.all(base).get("tied-transform-lm");
        List<Example> rows = TinyHeads.rows(head, 73, 24, 20, 24, 9, 24, 24, 13, 24, 24, 24);
        float[][] gradients = new float[2][];
        for (int i = 0; i < 2; i++) {
            try (Workers workers = new Workers(i + 1)) {
                AdaptedModel model = attached(new CpuEngine(workers), Precision.BF16, base, head);
                gradients[i] = new float[model.layout().size()];
                float[] values = TinyTransformers.values(gradients[i].length, 0.3, 74);
                model.gradient(values, rows, gradients[i]);
            }
        }

        assertArrayEquals(gradients[0], gradients[1]);
    }

    @Test
    void session_inBfloat16_givesTheLogitsOfTheWholeText() {
        Transformer base = TinyTransformers.qwen3(75);
        Head head = TinyHeads.all(base).get("free-lm");
        try (Workers workers = new Workers(2)) {
            AdaptedModel model = attached(new CpuEngine(workers), Precision.BF16, base, head);
            float[] values = TinyTransformers.values(model.layout().size(), 0.3, 76);
            Example text = TinyHeads.rows(head, 77, 12).getFirst();
            float[] all = model.logits(values, List.of(text)).getFirst();
            TextSession session = model.session(values, 12);
            float[] last = {};
            for (int token : text.tokenIds()) {
                last = session.append(token);
            }

            float[] want = new float[last.length];
            System.arraycopy(all, 11 * want.length, want, 0, want.length);
            assertTrue(distance(want, last) < DISTANCE);
        }
    }

    /** Values that have been rounded to integers already are what products are then rounded of. */
    @Test
    void gradient_ofIntegersInBfloat16_isNearThatOfTheirValues() {
        for (Transformer base : List.of(TinyTransformers.bert(78), TinyTransformers.llama(79))) {
            Head head = TinyHeads.all(base).get("tied-transform-lm");
            Storing storing = new Storing(Storage.INT8, true);
            Transformer kept =
                    StoredModels.map(
                            base, matrix -> StoredModels.decoded(storing.rows("", matrix)));
            Head keptHead =
                    StoredModels.map(
                            head, matrix -> StoredModels.decoded(storing.rows("", matrix)));
            Adapter adapter = TinyTransformers.adapter(base, Adapter.Kind.LORA, 2, 0.7, 42);
            try (Workers workers = new Workers(2)) {
                AdaptedModel expected =
                        new ReferenceEngine()
                                .load(kept, Storage.FP32, Precision.FP32)
                                .attach(adapter, keptHead, Set.of());
                AdaptedModel actual =
                        new CpuEngine(workers)
                                .load(base, Storage.INT8, Precision.BF16)
                                .attach(adapter, head, Set.of());
                float[] values = TinyTransformers.values(expected.layout().size(), 0.2, 41);
                float[] want = new float[values.length];
                float[] got = new float[values.length];
                List<Example> rows = TinyHeads.rows(head, 3, LENGTHS);

                expected.gradient(values, rows, want);
                actual.gradient(values, rows, got);

                double distance = distance(want, got);
                assertTrue(distance > 0 && distance < DISTANCE, "distance=" + distance);
            }
        }
    }
}
