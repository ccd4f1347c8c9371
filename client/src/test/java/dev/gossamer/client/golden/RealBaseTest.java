package dev.gossamer.client.golden;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OrtException;

import dev.gossamer.client.adapter.Adapter;
import dev.gossamer.client.adapter.NewHead;
import dev.gossamer.client.data.Example;
import dev.gossamer.client.tensor.CpuEngine;
import dev.gossamer.client.tensor.Workers;
import dev.gossamer.client.text.GoldenTensors;
import dev.gossamer.client.text.Tokenizer;
import dev.gossamer.client.train.AdaptedModel;
import dev.gossamer.client.train.Engine;
import dev.gossamer.client.train.Task;
import dev.gossamer.client.weights.Models;
import dev.gossamer.client.weights.OnnxOracle;
import dev.gossamer.client.weights.PretrainedModel;
import dev.gossamer.protocols.random.CounterRandom;

import org.junit.jupiter.api.AfterAll;
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
import java.util.Optional;
import java.util.Set;

/** The engine that trains, on the real base and on real text. */
class RealBaseTest {
    private static final double TOLERANCE = 1e-4;
    private static final Path GOLDEN =
            Path.of("src/test/resources/golden/peft-minilm/expected.safetensors");
    private static final Workers WORKERS = new Workers(2);
    private static final PretrainedModel MINILM = Models.open("minilm-l6");

    @AfterAll
    static void stop() {
        WORKERS.close();
    }

    private static Engine.LoadedBase load(Workers workers) {
        return new CpuEngine(workers)
                .load(MINILM.base(), Engine.Storage.FP32, Engine.Precision.FP32);
    }

    /** Sixty-four definitions from all over the file, tokenised. */
    private static List<Example> glosses() throws IOException {
        Tokenizer tokenizer = MINILM.tokenizer().orElseThrow();
        List<Example> rows = new ArrayList<>();
        InputStream file =
                RealBaseTest.class.getResourceAsStream(
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
    void features_realGlosses_equalOnnxRuntime() throws IOException, OrtException {
        List<Example> rows = glosses();

        float[] actual = load(WORKERS).features(rows);

        try (OnnxOracle oracle = new OnnxOracle()) {
            assertClose(oracle.meanPooled(rows), actual);
        }
    }

    @Test
    void features_goldenSentences_equalTransformers() throws IOException {
        GoldenTensors golden = GoldenTensors.read(GOLDEN);
        List<Example> rows = new ArrayList<>();
        for (int row = 0; row < 40; row++) {
            rows.add(new Example(golden.tokenIds(row), 0));
        }

        assertClose(golden.floats("mean_pooled_base"), load(WORKERS).features(rows));
    }

    /** Real weights, lengths of 3 to 64: several micro-batches, some larger than others. */
    @Test
    void gradient_oneWorkerOrTwoColdOrWarm_isTheSameToTheBit() {
        List<Example> batch = batch();
        AdaptedModel two = adapted(WORKERS);
        float[] values = values(two.layout().size(), 0.02);
        float[] first = new float[values.length];
        float[] again = new float[values.length];
        float[] alone = new float[values.length];

        double firstLoss = two.gradient(values, batch, first);
        for (int i = 0; i < 10; i++) {
            two.gradient(values, batch, again);
        }

        try (Workers one = new Workers(1)) {
            assertEquals(firstLoss, adapted(one).gradient(values, batch, alone));
        }
        assertArrayEquals(first, again);
        assertArrayEquals(first, alone);
    }

    private static AdaptedModel adapted(Workers workers) {
        NewHead head = NewHead.of(MINILM, Task.SEQUENCE_CLASSIFICATION, Optional.empty(), 5, 1);
        List<Adapter.Target> targets = new ArrayList<>();
        int hidden = MINILM.base().architecture().hidden();
        for (int layer = 0; layer < 6; layer++) {
            targets.add(
                    new Adapter.Target(
                            "encoder.layer." + layer + ".attention.self.query",
                            4,
                            hidden,
                            hidden,
                            1,
                            Optional.of(values(4 * hidden, 0.05)),
                            Optional.of(values(4 * hidden, 0.05))));
        }
        return load(workers)
                .attach(
                        new Adapter(Adapter.Kind.R_ONLY, targets),
                        head.head(),
                        Set.copyOf(head.trained()));
    }

    private static float[] values(int count, double deviation) {
        CounterRandom random = CounterRandom.of(3, "values", 0, "");
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) (deviation * random.nextGaussian());
        }
        return values;
    }

    private static List<Example> batch() {
        CounterRandom random = CounterRandom.of(5, "rows", 0, "");
        List<Example> batch = new ArrayList<>();
        for (int row = 0; row < 16; row++) {
            int[] ids = new int[3 + random.nextInt(62)];
            for (int t = 0; t < ids.length; t++) {
                ids[t] = random.nextInt(MINILM.base().architecture().vocabulary());
            }
            batch.add(new Example(ids, random.nextInt(5)));
        }
        return batch;
    }
}
