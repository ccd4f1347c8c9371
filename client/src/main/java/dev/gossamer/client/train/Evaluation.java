package dev.gossamer.client.train;

import dev.gossamer.client.data.Example;
import dev.gossamer.client.train.AdaptedModel.RowScore;
import dev.gossamer.protocols.wire.Message.Score;

import java.util.List;

/** Scores of an adapter on labelled rows, summed over the labelled places. */
public final class Evaluation {
    /** Rows that are scored at once; bounds the memory of an evaluation. */
    private static final int CHUNK = 64;

    private Evaluation() {}

    /**
     * Right places and summed cross-entropy of {@code values} on {@code rows}: a place is a row of
     * sequence classification, and else a labelled token.
     */
    public static Score score(AdaptedModel model, float[] values, List<Example> rows) {
        int correct = 0;
        int places = 0;
        double lossSum = 0;
        for (int from = 0; from < rows.size(); from += CHUNK) {
            List<Example> chunk = rows.subList(from, Math.min(rows.size(), from + CHUNK));
            for (RowScore row : model.score(values, chunk)) {
                lossSum += row.lossSum();
                places += row.labels().length;
                correct += correct(row);
            }
        }
        return new Score(correct, places, lossSum);
    }

    private static int correct(RowScore row) {
        int correct = 0;
        for (int place = 0; place < row.labels().length; place++) {
            correct += row.labels()[place] == row.predictions()[place] ? 1 : 0;
        }
        return correct;
    }
}
