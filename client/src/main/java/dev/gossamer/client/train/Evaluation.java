package dev.gossamer.client.train;

import dev.gossamer.client.data.Example;
import dev.gossamer.protocols.adapter.AdapterState;
import dev.gossamer.protocols.wire.Message.Score;

import java.util.List;

/** Scores of an adapter on labelled rows. */
public final class Evaluation {
    /** Rows that are scored at once; bounds the memory of an evaluation. */
    private static final int CHUNK = 64;

    private Evaluation() {}

    /** Correct rows and summed cross-entropy of {@code state} on {@code rows}. */
    public static Score score(
            SequenceClassifier classifier, AdapterState state, List<Example> rows) {
        int correct = 0;
        double lossSum = 0;
        for (int from = 0; from < rows.size(); from += CHUNK) {
            List<Example> chunk = rows.subList(from, Math.min(rows.size(), from + CHUNK));
            float[] logits = classifier.logits(state.values(), chunk);
            int classes = logits.length / chunk.size();
            for (int row = 0; row < chunk.size(); row++) {
                int label = chunk.get(row).label();
                correct += highest(logits, row * classes, classes) == label ? 1 : 0;
                lossSum += crossEntropy(logits, row * classes, classes, label);
            }
        }
        return new Score(correct, rows.size(), lossSum);
    }

    private static int highest(float[] logits, int from, int classes) {
        int best = 0;
        for (int c = 1; c < classes; c++) {
            best = logits[from + c] > logits[from + best] ? c : best;
        }
        return best;
    }

    private static double crossEntropy(float[] logits, int from, int classes, int label) {
        double max = logits[from + highest(logits, from, classes)];
        double sum = 0;
        for (int c = 0; c < classes; c++) {
            sum += StrictMath.exp(logits[from + c] - max);
        }
        return max + StrictMath.log(sum) - logits[from + label];
    }
}
