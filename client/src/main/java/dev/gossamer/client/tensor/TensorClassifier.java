package dev.gossamer.client.tensor;

import dev.gossamer.client.data.Example;
import dev.gossamer.client.model.EncoderWeights;
import dev.gossamer.client.train.ClassifierLayout;
import dev.gossamer.client.train.SequenceClassifier;
import dev.gossamer.protocols.adapter.AdapterLayout;
import dev.gossamer.protocols.adapter.Basis;

import java.lang.ref.Reference;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The engine: an adapted encoder with a classification head on oneDNN and the Vector API. */
public final class TensorClassifier implements SequenceClassifier {
    private final FrozenEncoder encoder;
    private final EncoderPass pass;
    private final Workers workers;
    private final Kernels kernels = Kernels.fastest();
    private final AdapterLayout layout;
    private final ClassifierHead head;
    private final int hidden;

    /** A classifier over {@code weights}, which are copied. */
    public TensorClassifier(EncoderWeights weights, Basis basis, int classes, Workers workers) {
        this.workers = workers;
        hidden = weights.shape().hidden();
        layout = ClassifierLayout.of(basis, classes, hidden);
        encoder = new FrozenEncoder(weights, Optional.of(basis));
        pass = new EncoderPass(encoder, kernels);
        head = new ClassifierHead(layout.offset(ClassifierLayout.HEAD_WEIGHT), classes, hidden);
    }

    @Override
    public AdapterLayout layout() {
        return layout;
    }

    /** One micro-batch's share of the mean loss and of its gradient. */
    @SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
    private record Part(double loss, float[] gradient) {}

    @Override
    public double gradient(float[] values, List<Example> batch, float[] gradient) {
        Tensor adapter = Tensor.zeros(values.length);
        adapter.put(0, values);
        List<Part> parts =
                workers.map(
                        PackedRows.cut(batch), rows -> part(rows, adapter, values, batch.size()));
        Arrays.fill(gradient, 0);
        double loss = 0;
        for (Part part : parts) {
            loss += part.loss();
            for (int i = 0; i < gradient.length; i++) {
                gradient[i] += part.gradient()[i];
            }
        }
        return loss;
    }

    private Part part(PackedRows rows, Tensor adapter, float[] values, int batchSize) {
        Workspace space = workers.space(encoder, rows);
        pass.forward(space, rows, adapter.at(0));
        float[] pooled = Pooling.means(space, rows, hidden, kernels);
        float[] sum = new float[values.length];
        ClassifierHead.Gradient back = head.backward(pooled, rows, values, batchSize, sum);
        Pooling.spread(space, rows, hidden, back.pooled());
        Tensor gradients = Tensor.zeros(values.length);
        pass.backward(space, rows, adapter.at(0), gradients.at(0));
        float[] adapterGradient = new float[encoder.adapterSize()];
        gradients.get(0, adapterGradient);
        System.arraycopy(adapterGradient, 0, sum, 0, adapterGradient.length);
        return new Part(back.loss(), sum);
    }

    @Override
    public float[] logits(float[] values, List<Example> rows) {
        float[] pooled = pooled(values, rows);
        return head.logits(pooled, values);
    }

    /** The mean-pooled outputs of a base without any adapter, {@code [rows × hidden]}. */
    public static float[] features(EncoderWeights weights, List<Example> rows, Workers workers) {
        FrozenEncoder bare = new FrozenEncoder(weights, Optional.empty());
        return pooled(bare, 0, rows, workers);
    }

    @Override
    public float[] baseFeatures(List<Example> rows) {
        return pooled(new float[layout.size()], rows);
    }

    private float[] pooled(float[] values, List<Example> rows) {
        Tensor adapter = Tensor.zeros(values.length);
        adapter.put(0, values);
        try {
            return pooled(encoder, adapter.at(0), rows, workers);
        } finally {
            // Only its address went along: unreachable, its memory would be another tensor's.
            Reference.reachabilityFence(adapter);
        }
    }

    private static float[] pooled(
            FrozenEncoder encoder, long adapter, List<Example> rows, Workers workers) {
        Kernels kernels = Kernels.fastest();
        EncoderPass pass = new EncoderPass(encoder, kernels);
        int hidden = encoder.shape().hidden();
        List<float[]> parts =
                workers.map(
                        PackedRows.cut(rows),
                        part -> {
                            Workspace space = workers.space(encoder, part);
                            pass.forward(space, part, adapter);
                            return Pooling.means(space, part, hidden, kernels);
                        });
        float[] all = new float[rows.size() * hidden];
        int at = 0;
        for (float[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }
}
