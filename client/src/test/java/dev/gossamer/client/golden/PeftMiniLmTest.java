package dev.gossamer.client.golden;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gossamer.client.adapter.NewHead;
import dev.gossamer.client.adapter.TrainedAdapter;
import dev.gossamer.client.data.Example;
import dev.gossamer.client.export.PeftReader;
import dev.gossamer.client.model.Head;
import dev.gossamer.client.reference.ReferenceEngine;
import dev.gossamer.client.text.GoldenFolder;
import dev.gossamer.client.text.GoldenTensors;
import dev.gossamer.client.train.AdaptedModel;
import dev.gossamer.client.train.Engine;
import dev.gossamer.client.train.Engine.LoadedBase;
import dev.gossamer.client.train.Engine.Precision;
import dev.gossamer.client.train.Engine.Storage;
import dev.gossamer.client.weights.Models;
import dev.gossamer.client.weights.PretrainedModel;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * A real adapter, trained by stock PEFT on all-MiniLM-L6-v2 with a classifier of its own: the
 * scores of its sentences, and the features of the base without it.
 */
class PeftMiniLmTest {
    private static final Path FOLDER = GoldenFolder.of("peft-minilm");

    /** PyTorch's own fp32 is off by 1.2e-5 on small models; this one has three times the layers. */
    private static final float LOGIT = 5e-5f;

    private static final float FEATURE = 2e-5f;

    /** Of forty; the reference takes a third of a second for each. */
    private static final int REFERENCE_ROWS = 6;

    private final PretrainedModel model = Models.open("minilm-l6");

    @TestFactory
    List<DynamicTest> engine_onPeftAdapter_agreesWithTransformers() throws IOException {
        GoldenTensors golden = GoldenTensors.read(FOLDER.resolve("expected.safetensors"));
        List<Example> all = new ArrayList<>();
        for (int row = 0; row < golden.shape("input_ids").getFirst(); row++) {
            all.add(new Example(golden.tokenIds(row), 0));
        }
        List<DynamicTest> tests = new ArrayList<>();
        for (Engine engine : GoldenEngines.selected()) {
            boolean slow = engine instanceof ReferenceEngine;
            List<Example> rows = slow ? all.subList(0, REFERENCE_ROWS) : all;
            LoadedBase base = engine.load(model.base(), Storage.FP32, Precision.FP32);
            tests.add(
                    DynamicTest.dynamicTest(
                            engine.name() + " logits",
                            () -> checkLogits(golden.floats("logits"), base, rows)));
            tests.add(
                    DynamicTest.dynamicTest(
                            engine.name() + " features",
                            () -> checkFeatures(golden.floats("mean_pooled_base"), base, rows)));
        }
        return tests;
    }

    private static void checkFeatures(float[] expected, LoadedBase base, List<Example> rows) {
        float[] features = base.features(rows);

        float[] own = Arrays.copyOf(expected, features.length);
        assertArrayEquals(own, features, FEATURE);
    }

    private void checkLogits(float[] expected, LoadedBase base, List<Example> rows) {
        TrainedAdapter trained = PeftReader.read(FOLDER.resolve("adapter"), model);
        Head head = NewHead.of(model, trained.use(), 0).head();
        AdaptedModel adapted =
                base.attach(trained.adapter(), head, Set.copyOf(trained.trainedHead()));

        List<float[]> logits = adapted.logits(trained.state().values(), rows);

        assertEquals(rows.size(), logits.size());
        int classes = trained.use().classes().size();
        for (int row = 0; row < rows.size(); row++) {
            float[] own = Arrays.copyOfRange(expected, row * classes, (row + 1) * classes);
            assertArrayEquals(own, logits.get(row), LOGIT, "row " + row);
        }
    }
}
