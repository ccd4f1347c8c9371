package dev.gossamer.client.export;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.gossamer.client.adapter.NewHead;
import dev.gossamer.client.adapter.TrainedAdapter;
import dev.gossamer.client.data.Example;
import dev.gossamer.client.model.Head;
import dev.gossamer.client.reference.ReferenceEngine;
import dev.gossamer.client.text.GoldenTensors;
import dev.gossamer.client.train.Engine.Precision;
import dev.gossamer.client.train.Engine.Storage;
import dev.gossamer.client.weights.PretrainedModel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Adapters that stock PEFT saved, with what PyTorch computed with them in double precision. */
final class GoldenAdapters {
    /** PyTorch's own fp32 is 1.2e-5 away. */
    private static final float LOGIT_BOUND = 5e-5f;

    private static final Path ROOT =
            Path.of(System.getProperty("gossamer.golden", "src/test/resources/golden"));

    private GoldenAdapters() {}

    /** Every golden model's folder. */
    static List<Path> models() throws IOException {
        try (Stream<Path> folders = Files.list(ROOT.resolve("models"))) {
            return folders.sorted().toList();
        }
    }

    /** One golden model's folder. */
    static Path model(String name) {
        return ROOT.resolve("models").resolve(name);
    }

    /** The golden rows without their padding. */
    static List<Example> rows(GoldenTensors golden) {
        List<Example> rows = new ArrayList<>();
        for (int row = 0; row < golden.shape("input_ids").getFirst(); row++) {
            rows.add(new Example(golden.tokenIds(row), 0));
        }
        return rows;
    }

    /** What the reference computes. */
    static List<float[]> logits(
            PretrainedModel base, Head head, TrainedAdapter adapter, List<Example> rows) {
        return new ReferenceEngine()
                .load(base.base(), Storage.FP32, Precision.FP32)
                .attach(adapter.adapter(), head, Set.copyOf(adapter.trainedHead()))
                .logits(adapter.state().values(), rows);
    }

    /** What the reference computes with the head that the adapter is for. */
    static List<float[]> logits(PretrainedModel base, TrainedAdapter adapter, List<Example> rows) {
        return logits(base, NewHead.of(base, adapter.use(), 1).head(), adapter, rows);
    }

    /** Holds {@code logits} to the golden ones of that name, padding left out. */
    static void assertLogits(GoldenTensors golden, String name, List<float[]> logits) {
        float[] expected = golden.floats(name);
        int stride = expected.length / logits.size();
        for (int row = 0; row < logits.size(); row++) {
            float[] own = logits.get(row);
            float[] wanted = Arrays.copyOfRange(expected, row * stride, row * stride + own.length);
            assertArrayEquals(wanted, own, LOGIT_BOUND, name + " of row " + row);
        }
    }

    /** Holds two lists of logits to each other. */
    static void assertLogits(List<float[]> expected, List<float[]> actual, float bound) {
        for (int row = 0; row < expected.size(); row++) {
            assertArrayEquals(expected.get(row), actual.get(row), bound, "row " + row);
        }
    }
}
