package dev.gossamer.client.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.client.train.AdaptedModel.RowScore;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.OptionalDouble;

class MetricsTest {
    private static RowScore row(double lossSum, int[] labels, int... predictions) {
        return new RowScore(lossSum, labels, predictions);
    }

    /**
     * Labels 0 0 1 2 and predictions 0 1 1 1, as scikit-learn scores them: F1 of 2/3, 1/2 and 0.
     */
    @Test
    void of_classes_haveAccuracyAndMacroF1() {
        Metrics metrics =
                Metrics.of(
                        Task.SEQUENCE_CLASSIFICATION,
                        List.of(
                                row(1, new int[] {0}, 0),
                                row(2, new int[] {0}, 1),
                                row(3, new int[] {1}, 1),
                                row(4, new int[] {2}, 1)));

        assertEquals(0.5, metrics.accuracy());
        assertEquals((2 / 3.0 + 0.5 + 0) / 3, metrics.macroF1().orElseThrow(), 1e-12);
        assertEquals(2.5, metrics.loss());
        assertEquals(OptionalDouble.empty(), metrics.perplexity());
        assertEquals(OptionalDouble.empty(), metrics.exactMatch());
    }

    @Test
    void of_texts_havePerplexityOverTokensAndExactMatchOverRows() {
        Metrics metrics =
                Metrics.of(
                        Task.CAUSAL_LM,
                        List.of(row(3, new int[] {5, 6, 7}, 5, 6, 7), row(5, new int[] {8}, 9)));

        assertEquals(2, metrics.loss());
        assertEquals(Math.exp(2), metrics.perplexity().orElseThrow(), 1e-12);
        assertEquals(0.5, metrics.exactMatch().orElseThrow());
        assertEquals(0.75, metrics.accuracy());
        assertEquals(4, metrics.labels());
        assertEquals(2, metrics.rows());
        assertTrue(metrics.macroF1().isEmpty());
    }

    @Test
    void of_nothing_isZero() {
        Metrics metrics = Metrics.of(Task.TOKEN_CLASSIFICATION, List.of());

        assertEquals(0, metrics.loss());
        assertEquals(0, metrics.accuracy());
        assertEquals(0, metrics.macroF1().orElseThrow());
    }
}
