package dev.gossamer.client.train;

import dev.gossamer.client.data.Example;
import dev.gossamer.protocols.adapter.AdapterLayout;

import java.util.List;

/**
 * The training step of an adapted encoder with a classification head: the interface behind which
 * engines stand.
 *
 * <p>One object binds a base, a basis and a head; it is confined to one caller at a time, and
 * spreads its work over the engine's workers. The layout holds each target's R, in the order of the
 * basis, then {@code classifier.weight [classes × hidden]} and {@code classifier.bias [1 ×
 * classes]}.
 */
public interface SequenceClassifier {
    /** The trainable values' layout. */
    AdapterLayout layout();

    /**
     * The mean loss of {@code batch} and its gradient.
     *
     * @param values the adapter in layout order, only read
     * @param gradient overwritten, in layout order
     * @return the mean cross-entropy in nats
     */
    double gradient(float[] values, List<Example> batch, float[] gradient);

    /**
     * The class scores of every row.
     *
     * @return {@code [rows × classes]} row-major
     */
    float[] logits(float[] values, List<Example> rows);

    /**
     * The mean-pooled outputs of the frozen base, without any adapter.
     *
     * @return {@code [rows × hidden]} row-major
     */
    float[] baseFeatures(List<Example> rows);
}
