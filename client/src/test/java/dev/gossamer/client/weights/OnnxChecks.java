package dev.gossamer.client.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OrtException;

import dev.gossamer.client.data.Example;
import dev.gossamer.client.model.Linear;
import dev.gossamer.client.model.Matrix;

import java.util.List;

/** What must hold of a built-in encoder, beside ONNX Runtime and beside its quantised build. */
final class OnnxChecks {
    private static final String TEXT = "Someone eats bread by the sea.";

    private OnnxChecks() {}

    static float[] row(Matrix matrix, int row) {
        float[] values = new float[matrix.columns()];
        matrix.readRow(row, values, 0);
        return values;
    }

    private static int[] tokens(PretrainedModel model) {
        return model.tokenizer().orElseThrow().encode(TEXT, 64);
    }

    private static float[] ours(String name) {
        PretrainedModel model = Models.open(name);
        return new BareModel(model).features(tokens(model));
    }

    private static float[] theirs(String name) throws OrtException {
        try (OnnxOracle oracle = new OnnxOracle(name)) {
            return oracle.meanPooled(List.of(new Example(tokens(Models.open(name)), 0)));
        }
    }

    static void assertEqualsOnnxRuntime(String name) throws OrtException {
        float[] expected = theirs(name);

        float[] actual = ours(name);

        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], actual[i], 1e-4f, "i=" + i);
        }
    }

    /** Ours multiplies by the stored bytes in fp32, the oracle quantises its inputs as well. */
    static void assertPointsWhereOnnxRuntimeDoes(String name) throws OrtException {
        float[] expected = theirs(name);

        float[] actual = ours(name);

        double cosine =
                dot(actual, expected) / Math.sqrt(dot(actual, actual) * dot(expected, expected));
        assertTrue(cosine > 0.99, "cosine=" + cosine);
    }

    private static double dot(float[] a, float[] b) {
        double dot = 0;
        for (int i = 0; i < a.length; i++) {
            dot += (double) a[i] * b[i];
        }
        return dot;
    }

    /** A quantised file is made from the fp32 one, so a value is at most half a step away. */
    static void assertWithinHalfAStep(String exactName, String quantisedName) {
        List<Linear> exact = Models.open(exactName).base().linears();
        List<Linear> quantised = Models.open(quantisedName).base().linears();

        assertEquals(exact.size(), quantised.size());
        for (int map = 0; map < exact.size(); map++) {
            TransposedMatrix stored = (TransposedMatrix) quantised.get(map).weight();
            float[] scales = ((Int8Matrix) stored.stored()).scales();
            for (int out = 0; out < stored.rows(); out++) {
                float[] expected = row(exact.get(map).weight(), out);
                float[] actual = row(stored, out);
                for (int in = 0; in < expected.length; in++) {
                    assertEquals(expected[in], actual[in], 0.501f * scales[out]);
                }
            }
        }
    }
}
