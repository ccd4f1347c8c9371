package dev.gossamer.client.train;

import dev.gossamer.client.adapter.Dropout;
import dev.gossamer.client.data.Example;
import dev.gossamer.protocols.adapter.AdapterLayout;

import java.util.Collections;
import java.util.List;

/**
 * A frozen base with an adapter and a head attached: the training step behind which engines stand.
 *
 * <p>What is trained is one flat array in the order of {@link #layout}: the adapter's factors, and
 * the trained parts of the head. The loss is the cross-entropy in nats at the labelled places; a
 * causal language model's label of a token is scored where the token before it is, so the label of
 * the first token counts nothing. Every result is the same for any number of workers. Confined to
 * one caller at a time.
 */
public interface AdaptedModel {
    /** The trained values' layout. */
    AdapterLayout layout();

    /**
     * The mean loss over all labelled places of {@code batch}, and its gradient.
     *
     * @param values in layout order, only read
     * @param gradient overwritten, in layout order
     * @return the mean, 0 where nothing is labelled
     */
    default double gradient(float[] values, List<Example> batch, float[] gradient) {
        return gradient(values, batch, Dropout.NONE, gradient);
    }

    /** The same with some of the adapter's inputs dropped; examples count as in {@code batch}. */
    double gradient(float[] values, List<Example> batch, Dropout dropout, float[] gradient);

    /** Takes one example's loss and gradient. */
    @FunctionalInterface
    interface ExampleSink {
        /**
         * Example {@code index} of the batch.
         *
         * @param loss its mean over its own labelled places, 0 without any
         * @param gradient of that mean; overwritten after the call
         */
        void accept(int index, double loss, float[] gradient);
    }

    /**
     * Each example's own loss and gradient, in the order of the batch, from one pass over all.
     *
     * @param batch may be empty
     */
    default void exampleGradients(float[] values, List<Example> batch, ExampleSink sink) {
        exampleGradients(values, batch, Dropout.NONE, sink);
    }

    /** The same with some of the adapter's inputs dropped. */
    void exampleGradients(float[] values, List<Example> batch, Dropout dropout, ExampleSink sink);

    /**
     * What {@link #gradient} gives for each of several adapters with rows of its own, from one pass
     * over all rows. Only where R is trained: the factors that all share ride in one product.
     *
     * @param values one array for each batch
     * @param gradients overwritten, one for each batch
     * @return the mean loss of each
     */
    default double[] cohortGradients(
            List<float[]> values, List<List<Example>> batches, List<float[]> gradients) {
        List<Dropout> none = Collections.nCopies(batches.size(), Dropout.NONE);
        return cohortGradients(values, batches, none, gradients);
    }

    /** The same with some of the adapters' inputs dropped, by one dropout for each batch. */
    double[] cohortGradients(
            List<float[]> values,
            List<List<Example>> batches,
            List<Dropout> dropouts,
            List<float[]> gradients);

    /**
     * How a row was predicted.
     *
     * @param lossSum over its labelled places
     * @param labels at its labelled places, in order
     * @param predictions the highest scores there
     */
    @SuppressWarnings("ArrayRecordComponent") // read once, never compared
    record RowScore(double lossSum, int[] labels, int[] predictions) {}

    /** The score of each row. */
    List<RowScore> score(float[] values, List<Example> rows);

    /**
     * The head's outputs of each row: {@code [classes]} of a sequence classifier, else {@code
     * [tokens × width]} row-major.
     */
    List<float[]> logits(float[] values, List<Example> rows);

    /**
     * A text that grows, with the keys and values of its tokens kept.
     *
     * @param capacity the most tokens it may have
     * @throws UnsupportedOperationException if the head is no causal language model
     */
    TextSession session(float[] values, int capacity);

    /** A text that grows token by token. */
    interface TextSession {
        /** Appends {@code tokens} and returns the scores of the next, {@code [vocabulary]}. */
        float[] append(int... tokens);

        /** How many tokens there are. */
        int length();
    }
}
