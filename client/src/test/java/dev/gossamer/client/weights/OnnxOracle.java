package dev.gossamer.client.weights;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;

import dev.gossamer.client.data.Example;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The frozen base as ONNX Runtime runs it, from the same file that our engines read. */
public final class OnnxOracle implements AutoCloseable {
    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final OrtSession session;

    /** The oracle of {@code minilm-l6}. */
    public OnnxOracle() throws OrtException {
        this("minilm-l6");
    }

    /** The oracle of a built-in encoder. */
    public OnnxOracle(String name) throws OrtException {
        Artifact artifact = ModelCatalog.shared().find(name).orElseThrow().artifact();
        String file =
                ArtifactCache.ofEnvironment()
                        .resolve(artifact, DownloadProgress.SILENT)
                        .resolve(artifact.entries().getFirst().fileName())
                        .toString();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            session = environment.createSession(file, options);
        }
    }

    /** The mean-pooled last hidden states, {@code [rows × hidden]} row-major. */
    public float[] meanPooled(List<Example> rows) throws OrtException {
        float[] all = new float[0];
        for (int row = 0; row < rows.size(); row++) {
            float[] mean = meanPooled(rows.get(row).tokenIds());
            if (row == 0) {
                all = new float[rows.size() * mean.length];
            }
            System.arraycopy(mean, 0, all, row * mean.length, mean.length);
        }
        return all;
    }

    private float[] meanPooled(int[] tokenIds) throws OrtException {
        long[][] ids = {Arrays.stream(tokenIds).asLongStream().toArray()};
        long[][] ones = {new long[tokenIds.length]};
        Arrays.fill(ones[0], 1);
        long[][] zeros = {new long[tokenIds.length]};
        try (OnnxTensor input = OnnxTensor.createTensor(environment, ids);
                OnnxTensor mask = OnnxTensor.createTensor(environment, ones);
                OnnxTensor types = OnnxTensor.createTensor(environment, zeros);
                OrtSession.Result result =
                        session.run(
                                Map.of(
                                        "input_ids",
                                        input,
                                        "attention_mask",
                                        mask,
                                        "token_type_ids",
                                        types))) {
            float[][][] states = (float[][][]) result.get(0).getValue();
            return mean(states[0]);
        }
    }

    private static float[] mean(float[][] states) {
        float[] mean = new float[states[0].length];
        for (int i = 0; i < mean.length; i++) {
            double sum = 0;
            for (float[] state : states) {
                sum += state[i];
            }
            mean[i] = (float) (sum / states.length);
        }
        return mean;
    }

    @Override
    public void close() throws OrtException {
        session.close();
    }
}
