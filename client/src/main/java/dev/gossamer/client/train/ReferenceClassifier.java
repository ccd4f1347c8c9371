package dev.gossamer.client.train;

import dev.gossamer.client.data.Example;
import dev.gossamer.client.model.EncoderShape;
import dev.gossamer.client.model.EncoderWeights;
import dev.gossamer.client.model.EncoderWeights.Linear;
import dev.gossamer.client.model.LinearRole;
import dev.gossamer.client.reference.Gelu;
import dev.gossamer.client.train.ReferenceAttention.Gradients;
import dev.gossamer.protocols.adapter.AdapterLayout;
import dev.gossamer.protocols.adapter.Basis;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The adapted encoder with its head, in plain double precision, one sequence at a time: the oracle
 * that faster engines are held to, and the place to read what they compute.
 *
 * <pre>
 * x  = LN(word + position + type)
 * x  = LN(x + O(attention(Q x, K x, V x)))        each layer
 * x  = LN(x + F2(gelu(F1 x)))
 * logits = W mean(x) + b
 * </pre>
 *
 * <p>Q, K, V, O, F1 and F2 are {@code W x + b + B R A x} where the basis has the target.
 */
public final class ReferenceClassifier implements SequenceClassifier {
    private final EncoderShape shape;
    private final AdapterLayout layout;
    private final int classes;
    private final int headOffset;
    private final double[] words;
    private final double[] positions;
    private final double[] types;
    private final ReferenceNorm embeddingNorm;
    private final List<Layer> layers = new ArrayList<>();
    private final ReferenceAttention attention;

    /** A classifier over {@code weights}, which are copied. */
    public ReferenceClassifier(EncoderWeights weights, Basis basis, int classes) {
        shape = weights.shape();
        layout = ClassifierLayout.of(basis, classes, shape.hidden());
        this.classes = classes;
        headOffset = layout.offset(ClassifierLayout.HEAD_WEIGHT);
        words = ReferenceLinear.doubles(weights.wordEmbeddings());
        positions = ReferenceLinear.doubles(weights.positionEmbeddings());
        types = ReferenceLinear.doubles(weights.tokenTypeEmbeddings());
        embeddingNorm = new ReferenceNorm(weights.embeddingNorm(), shape.layerNormEpsilon());
        attention = new ReferenceAttention(shape.heads(), shape.headSize());
        for (int i = 0; i < shape.layers(); i++) {
            layers.add(layer(weights.layers().get(i), basis, i));
        }
    }

    private Layer layer(EncoderWeights.Layer w, Basis basis, int index) {
        return new Layer(
                linear(w.query(), basis, LinearRole.QUERY, index),
                linear(w.key(), basis, LinearRole.KEY, index),
                linear(w.value(), basis, LinearRole.VALUE, index),
                linear(w.attentionOutput(), basis, LinearRole.OUTPUT, index),
                new ReferenceNorm(w.attentionNorm(), shape.layerNormEpsilon()),
                linear(w.intermediate(), basis, LinearRole.INTERMEDIATE, index),
                linear(w.output(), basis, LinearRole.FFN_OUTPUT, index),
                new ReferenceNorm(w.outputNorm(), shape.layerNormEpsilon()));
    }

    private ReferenceLinear linear(Linear w, Basis basis, LinearRole role, int index) {
        String name = role.moduleName(index);
        Optional<Basis.Target> target =
                basis.targets().stream().filter(t -> t.name().equals(name)).findFirst();
        return new ReferenceLinear(
                w, target, target.map(t -> layout.offset(t.sliceName())).orElse(0));
    }

    @Override
    public AdapterLayout layout() {
        return layout;
    }

    @Override
    public double gradient(float[] values, List<Example> batch, float[] gradient) {
        double[] sum = new double[gradient.length];
        double loss = gradient(doubles(values), batch, sum);
        for (int i = 0; i < sum.length; i++) {
            gradient[i] = (float) sum[i];
        }
        return loss;
    }

    /** The mean loss of {@code batch}; its gradient is added to {@code gradient}. */
    double gradient(double[] values, List<Example> batch, double[] gradient) {
        double loss = 0;
        for (Example example : batch) {
            List<Tape> tapes = new ArrayList<>();
            double[] pooled = pooled(example, values, tapes);
            double[] dLogits = logits(pooled, values);
            loss += crossEntropyInPlace(dLogits, example.label()) / batch.size();
            for (int c = 0; c < classes; c++) {
                dLogits[c] /= batch.size();
            }
            double[] dPooled = headBackward(pooled, dLogits, values, gradient);
            encoderBackward(dPooled, example.tokens(), values, tapes, gradient);
        }
        return loss;
    }

    @Override
    public float[] logits(float[] values, List<Example> rows) {
        float[] all = new float[rows.size() * classes];
        double[] adapter = doubles(values);
        for (int row = 0; row < rows.size(); row++) {
            double[] logits = logits(pooled(rows.get(row), adapter, new ArrayList<>()), adapter);
            for (int c = 0; c < classes; c++) {
                all[row * classes + c] = (float) logits[c];
            }
        }
        return all;
    }

    @Override
    public float[] baseFeatures(List<Example> rows) {
        float[] all = new float[rows.size() * shape.hidden()];
        double[] none = new double[layout.size()];
        for (int row = 0; row < rows.size(); row++) {
            double[] pooled = pooled(rows.get(row), none, new ArrayList<>());
            for (int i = 0; i < pooled.length; i++) {
                all[row * pooled.length + i] = (float) pooled[i];
            }
        }
        return all;
    }

    private static double[] doubles(float[] values) {
        double[] copy = new double[values.length];
        for (int i = 0; i < copy.length; i++) {
            copy[i] = values[i];
        }
        return copy;
    }

    private double[] pooled(Example example, double[] values, List<Tape> tapes) {
        double[] x = embeddingNorm.forward(embeddings(example.tokenIds()));
        for (Layer layer : layers) {
            Tape tape = layer.forward(x, values, attention);
            tapes.add(tape);
            x = tape.output();
        }
        double[] pooled = new double[shape.hidden()];
        for (int i = 0; i < x.length; i++) {
            pooled[i % pooled.length] += x[i] / example.tokens();
        }
        return pooled;
    }

    private double[] embeddings(int[] ids) {
        int h = shape.hidden();
        double[] x = new double[ids.length * h];
        for (int t = 0; t < ids.length; t++) {
            for (int i = 0; i < h; i++) {
                x[t * h + i] = words[ids[t] * h + i] + positions[t * h + i] + types[i];
            }
        }
        return x;
    }

    private double[] logits(double[] pooled, double[] values) {
        int h = shape.hidden();
        double[] logits = new double[classes];
        for (int c = 0; c < classes; c++) {
            logits[c] = values[headOffset + classes * h + c];
            for (int i = 0; i < h; i++) {
                logits[c] += values[headOffset + c * h + i] * pooled[i];
            }
        }
        return logits;
    }

    /** The loss of the logits, which become their gradient. */
    private static double crossEntropyInPlace(double[] logits, int label) {
        double max = Double.NEGATIVE_INFINITY;
        for (double logit : logits) {
            max = Math.max(max, logit);
        }
        double sum = 0;
        for (double logit : logits) {
            sum += Math.exp(logit - max);
        }
        double loss = max + Math.log(sum) - logits[label];
        for (int c = 0; c < logits.length; c++) {
            logits[c] = Math.exp(logits[c] - max) / sum - (c == label ? 1 : 0);
        }
        return loss;
    }

    private double[] headBackward(
            double[] pooled, double[] dLogits, double[] values, double[] gradient) {
        int h = shape.hidden();
        double[] dPooled = new double[h];
        for (int c = 0; c < classes; c++) {
            gradient[headOffset + classes * h + c] += dLogits[c];
            for (int i = 0; i < h; i++) {
                gradient[headOffset + c * h + i] += dLogits[c] * pooled[i];
                dPooled[i] += dLogits[c] * values[headOffset + c * h + i];
            }
        }
        return dPooled;
    }

    private void encoderBackward(
            double[] dPooled, int tokens, double[] values, List<Tape> tapes, double[] gradient) {
        double[] dx = new double[tokens * dPooled.length];
        for (int i = 0; i < dx.length; i++) {
            dx[i] = dPooled[i % dPooled.length] / tokens;
        }
        for (int l = layers.size() - 1; l >= 0; l--) {
            dx = layers.get(l).backward(dx, tapes.get(l), values, attention, gradient);
        }
    }

    /** What the forward pass of a layer leaves for its backward pass. */
    @SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
    private record Tape(
            double[] x,
            double[] q,
            double[] k,
            double[] v,
            double[] context,
            double[] attentionSum,
            double[] middle,
            double[] inner,
            double[] activated,
            double[] outputSum,
            double[] output) {}

    private record Layer(
            ReferenceLinear query,
            ReferenceLinear key,
            ReferenceLinear value,
            ReferenceLinear attentionOutput,
            ReferenceNorm attentionNorm,
            ReferenceLinear intermediate,
            ReferenceLinear output,
            ReferenceNorm outputNorm) {

        Tape forward(double[] x, double[] values, ReferenceAttention attention) {
            double[] q = query.forward(x, values);
            double[] k = key.forward(x, values);
            double[] v = value.forward(x, values);
            double[] context = attention.forward(q, k, v);
            double[] attentionSum = sum(x, attentionOutput.forward(context, values));
            double[] middle = attentionNorm.forward(attentionSum);
            double[] inner = intermediate.forward(middle, values);
            double[] activated = Gelu.forward(inner);
            double[] outputSum = sum(middle, output.forward(activated, values));
            return new Tape(
                    x,
                    q,
                    k,
                    v,
                    context,
                    attentionSum,
                    middle,
                    inner,
                    activated,
                    outputSum,
                    outputNorm.forward(outputSum));
        }

        double[] backward(
                double[] dOutput,
                Tape t,
                double[] values,
                ReferenceAttention attention,
                double[] gradient) {
            double[] dOutputSum = outputNorm.backward(t.outputSum(), dOutput);
            double[] dActivated = output.backward(t.activated(), dOutputSum, values, gradient);
            double[] dInner = Gelu.backward(t.inner(), dActivated);
            double[] dMiddle =
                    sum(dOutputSum, intermediate.backward(t.middle(), dInner, values, gradient));
            double[] dSum = attentionNorm.backward(t.attentionSum(), dMiddle);
            double[] dContext = attentionOutput.backward(t.context(), dSum, values, gradient);
            Gradients d = attention.backward(t.q(), t.k(), t.v(), dContext);
            double[] dx = sum(dSum, query.backward(t.x(), d.query(), values, gradient));
            dx = sum(dx, key.backward(t.x(), d.key(), values, gradient));
            return sum(dx, value.backward(t.x(), d.value(), values, gradient));
        }

        private static double[] sum(double[] a, double[] b) {
            double[] sum = new double[a.length];
            for (int i = 0; i < a.length; i++) {
                sum[i] = a[i] + b[i];
            }
            return sum;
        }
    }
}
