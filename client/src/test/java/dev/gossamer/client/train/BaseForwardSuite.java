package dev.gossamer.client.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OrtException;

import dev.gossamer.client.data.Example;
import dev.gossamer.client.model.EncoderWeights;
import dev.gossamer.client.model.LinearRole;
import dev.gossamer.client.text.GoldenTensors;
import dev.gossamer.client.text.Tokenizer;
import dev.gossamer.client.weights.ModelCatalog;
import dev.gossamer.client.weights.OnnxOracle;
import dev.gossamer.protocols.adapter.Basis;

import org.junit.jupiter.api.Test;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** What every engine's forward pass over the real base is held to; an engine extends it. */
public abstract class BaseForwardSuite {
    private static final double TOLERANCE = 1e-4;
    private static final Path GOLDEN =
            Path.of("src/test/resources/golden/peft-minilm/expected.safetensors");

    /** The engine under test. */
    protected abstract SequenceClassifier engine(EncoderWeights weights, Basis basis, int classes);

    private float[] baseFeatures(List<Example> rows) {
        EncoderWeights weights = ModelCatalog.shared().load("minilm-l6").weights();
        int hidden = weights.shape().hidden();
        float[] unit = new float[hidden];
        unit[0] = 1;
        Basis basis =
                new Basis(
                        List.of(
                                new Basis.Target(
                                        LinearRole.QUERY.moduleName(0),
                                        1,
                                        hidden,
                                        hidden,
                                        unit,
                                        unit.clone())));
        return engine(weights, basis, 2).baseFeatures(rows);
    }

    /** Sixty-four definitions from all over the file, tokenised. */
    private static List<Example> glosses() throws IOException {
        Tokenizer tokenizer = ModelCatalog.shared().load("minilm-l6").tokenizer();
        List<Example> rows = new ArrayList<>();
        InputStream file =
                BaseForwardSuite.class.getResourceAsStream(
                        "/net/sf/extjwnl/data/wordnet/wn31/data.noun");
        try (BufferedReader reader =
                new BufferedReader(
                        new InputStreamReader(
                                Objects.requireNonNull(file), StandardCharsets.UTF_8))) {
            List<String> lines = reader.lines().filter(line -> !line.startsWith(" ")).toList();
            for (int i = 0; i < 64; i++) {
                String line = lines.get(i * (lines.size() / 64));
                String gloss = line.substring(line.indexOf('|') + 1).strip();
                rows.add(new Example(tokenizer.encode(gloss, 64), 0));
            }
        }
        return rows;
    }

    private static void assertClose(float[] expected, float[] actual) {
        assertEquals(expected.length, actual.length);
        double largest = 0;
        double norm = 0;
        for (int i = 0; i < expected.length; i++) {
            assertTrue(Float.isFinite(actual[i]), "i=" + i + ", value=" + actual[i]);
            largest = Math.max(largest, Math.abs(expected[i] - actual[i]));
            norm = Math.max(norm, Math.abs(expected[i]));
        }
        assertTrue(norm > 0.1, "expected values are all small: norm=" + norm);
        assertTrue(largest <= TOLERANCE, "largest difference=" + largest);
    }

    @Test
    void baseFeatures_realGlosses_equalOnnxRuntime() throws IOException, OrtException {
        List<Example> rows = glosses();

        float[] actual = baseFeatures(rows);

        try (OnnxOracle oracle = new OnnxOracle()) {
            assertClose(oracle.meanPooled(rows), actual);
        }
    }

    @Test
    void baseFeatures_goldenSentences_equalTransformers() throws IOException {
        GoldenTensors golden = GoldenTensors.read(GOLDEN);
        List<Example> rows = new ArrayList<>();
        for (int row = 0; row < 40; row++) {
            rows.add(new Example(golden.tokenIds(row), 0));
        }

        assertClose(golden.floats("mean_pooled_base"), baseFeatures(rows));
    }
}
