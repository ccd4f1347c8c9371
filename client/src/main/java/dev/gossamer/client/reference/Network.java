package dev.gossamer.client.reference;

import dev.gossamer.client.data.Example;
import dev.gossamer.client.model.Head;
import dev.gossamer.client.model.Matrix;
import dev.gossamer.client.model.Transformer;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * A base with a head and the loss behind it, in double precision.
 *
 * <pre>
 * x      = word + position + type
 * logits = head(blocks(x))
 * loss   = -log softmax(logits)[label], summed over the labelled places
 * </pre>
 *
 * @param layers blocks and head
 */
record Network(Transformer base, Head head, Layer layers) {
    /**
     * What an example's scores come to.
     *
     * @param lossSum over the labelled places
     * @param dLogits the gradient of that sum by the scores
     */
    record Loss(double lossSum, Rows dLogits) {}

    /** The head's scores, {@code [places × width]}. */
    Rows logits(Example example, double[] values) {
        return layers.forward(embedded(base, example), values).output();
    }

    /**
     * The mean loss over the labelled places of {@code batch}; its gradient is added.
     *
     * @param beginning told the number of each example before it is computed
     */
    double addGradient(
            double[] values, List<Example> batch, IntConsumer beginning, double[] gradient) {
        int labelled = batch.stream().mapToInt(this::labelled).sum();
        double lossSum = 0;
        for (int number = 0; number < batch.size(); number++) {
            Example example = batch.get(number);
            beginning.accept(number);
            Layer.Pass pass = layers.forward(embedded(base, example), values);
            Loss loss = loss(pass.output(), places(example));
            lossSum += loss.lossSum();
            if (labelled > 0) {
                pass.pullback().apply(loss.dLogits().scaled(1.0 / labelled), gradient);
            }
        }
        return labelled == 0 ? 0 : lossSum / labelled;
    }

    /** How many of the scored places have a label. */
    int labelled(Example example) {
        return (int)
                Arrays.stream(places(example)).filter(label -> label != Example.NO_LABEL).count();
    }

    /**
     * The label of each row of the scores: a causal language model scores a token where the token
     * before it is.
     */
    int[] places(Example example) {
        int[] labels = example.labels();
        int count = head instanceof Head.SequenceClassifier ? 1 : example.tokens();
        if (labels.length != count) {
            throw new IllegalArgumentException(
                    "labels do not fit the row: labels=" + labels.length + ", bound=" + count);
        }
        if (!shifts()) {
            return labels;
        }
        int[] shifted = Arrays.copyOfRange(labels, 1, count + 1);
        shifted[count - 1] = Example.NO_LABEL;
        return shifted;
    }

    /** Whether a label belongs to the token after its place. */
    boolean shifts() {
        return head instanceof Head.LanguageModel && base.architecture().causal();
    }

    static Loss loss(Rows logits, int[] labels) {
        int width = logits.columns();
        Rows d = Rows.zero(logits.rows(), width);
        double lossSum = 0;
        for (int place = 0; place < labels.length; place++) {
            if (labels[place] == Example.NO_LABEL) {
                continue;
            }
            requireWithin("label is outside the classes: label", labels[place], width);
            double logSum = logSumOfExponentials(logits, place);
            lossSum += logSum - logits.at(place, labels[place]);
            for (int c = 0; c < width; c++) {
                d.values()[place * width + c] =
                        Math.exp(logits.at(place, c) - logSum) - (c == labels[place] ? 1 : 0);
            }
        }
        return new Loss(lossSum, d);
    }

    private static double logSumOfExponentials(Rows logits, int row) {
        double max = Double.NEGATIVE_INFINITY;
        for (int c = 0; c < logits.columns(); c++) {
            max = Math.max(max, logits.at(row, c));
        }
        double sum = 0;
        for (int c = 0; c < logits.columns(); c++) {
            sum += Math.exp(logits.at(row, c) - max);
        }
        return max + Math.log(sum);
    }

    /** The sum of a row's embeddings, {@code [tokens × hidden]}. */
    static Rows embedded(Transformer base, Example example) {
        int hidden = base.architecture().hidden();
        int n = example.tokens();
        if (n < 1 || n > base.architecture().positions()) {
            throw new IllegalArgumentException(
                    "row does not fit the model: tokens="
                            + n
                            + ", bound="
                            + base.architecture().positions());
        }
        Rows x = Rows.zero(n, hidden);
        for (int t = 0; t < n; t++) {
            int position = t;
            int type = t < example.secondText() ? 0 : 1;
            int id = example.tokenIds()[t];
            requireWithin("token is outside the vocabulary: id", id, base.words().rows());
            addRow(base.words(), id, x, t);
            base.positions().ifPresent(m -> addRow(m, position, x, position));
            base.tokenTypes().ifPresent(m -> addRow(m, Math.min(type, m.rows() - 1), x, position));
        }
        return x;
    }

    private static void addRow(Matrix matrix, int row, Rows into, int token) {
        float[] values = new float[matrix.columns()];
        matrix.readRow(row, values, 0);
        for (int i = 0; i < values.length; i++) {
            into.values()[token * values.length + i] += values[i];
        }
    }

    private static void requireWithin(String what, int value, int bound) {
        if (value < 0 || value >= bound) {
            throw new IllegalArgumentException(what + "=" + value + ", bound=" + bound);
        }
    }
}
