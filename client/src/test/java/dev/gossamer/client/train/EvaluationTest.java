package dev.gossamer.client.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.client.adapter.Adapter;
import dev.gossamer.client.data.Example;
import dev.gossamer.client.model.Head;
import dev.gossamer.client.model.TinyHeads;
import dev.gossamer.client.model.TinyTransformers;
import dev.gossamer.client.model.Transformer;
import dev.gossamer.client.reference.ReferenceEngine;
import dev.gossamer.protocols.wire.Message.Score;

import org.junit.jupiter.api.Test;

import java.util.Collections;
import java.util.List;
import java.util.Optional;

class EvaluationTest {
    private static final int[] LENGTHS = {7, 3, 12, 5};

    private static AdaptedModel model(Transformer base, Head head) {
        Adapter adapter = TinyTransformers.adapter(base, Adapter.Kind.LORA, 2, 1, 5);
        return new ReferenceEngine()
                .load(base, Engine.Storage.FP32, Engine.Precision.FP32)
                .attach(adapter, head, TinyHeads.maps(head));
    }

    private static double meanLoss(AdaptedModel model, float[] values, List<Example> rows) {
        return model.gradient(values, rows, new float[values.length]);
    }

    @Test
    void score_ofSequences_countsRowsAndMatchesTheBatchLoss() {
        Transformer base = TinyTransformers.bert(1);
        Head head = TinyHeads.sequence(base, Head.Pooling.MEAN, Optional.empty(), 2);
        AdaptedModel model = model(base, head);
        List<Example> rows = TinyHeads.rows(head, 3, LENGTHS);
        float[] values = TinyTransformers.values(model.layout().size(), 0.1, 4);

        Score score = Evaluation.score(model, values, rows);

        assertEquals(4, score.rows());
        assertEquals(meanLoss(model, values, rows), score.lossSum() / 4, 1e-6);
    }

    @Test
    void score_ofALanguageModel_countsTokensAndGivesThePerplexity() {
        Transformer base = TinyTransformers.llama(1);
        Head head = TinyHeads.language(base, Optional.empty(), true, false, 2);
        AdaptedModel model = model(base, head);
        List<Example> rows = TinyHeads.rows(head, 3, LENGTHS);
        float[] values = TinyTransformers.values(model.layout().size(), 0.1, 4);

        Score score = Evaluation.score(model, values, rows);

        int labelled = rows.stream().mapToInt(EvaluationTest::predicted).sum();
        assertEquals(labelled, score.rows());
        assertEquals(
                Math.exp(meanLoss(model, values, rows)),
                score.perplexity(),
                1e-5 * score.perplexity());
        assertTrue(score.correct() <= score.rows());
    }

    /** A causal model says nothing of the first token. */
    private static int predicted(Example row) {
        return row.labelled() - (row.labels()[0] == Example.NO_LABEL ? 0 : 1);
    }

    /** More rows than are scored at once. */
    @Test
    void score_ofManyRows_isTheSumOfTheirs() {
        Transformer base = TinyTransformers.bert(1);
        Head head = TinyHeads.token(base, 2);
        AdaptedModel model = model(base, head);
        List<Example> rows = TinyHeads.rows(head, 3, new int[] {4, 2});
        float[] values = TinyTransformers.values(model.layout().size(), 0.1, 4);
        List<Example> many = Collections.nCopies(50, rows).stream().flatMap(List::stream).toList();

        Score one = Evaluation.score(model, values, rows);
        Score all = Evaluation.score(model, values, many);

        assertEquals(50 * one.rows(), all.rows());
        assertEquals(50 * one.correct(), all.correct());
        assertEquals(50 * one.lossSum(), all.lossSum(), 1e-9 * all.lossSum());
    }
}
