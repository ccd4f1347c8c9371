package dev.gossamer.client.adapter;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.client.data.Example;
import dev.gossamer.client.model.Head;
import dev.gossamer.client.model.Linear;
import dev.gossamer.client.model.TinyHeads;
import dev.gossamer.client.model.TinyTransformers;
import dev.gossamer.client.model.Transformer;
import dev.gossamer.client.reference.ReferenceEngine;
import dev.gossamer.client.tensor.TruncatedSvd;
import dev.gossamer.client.tensor.Workers;
import dev.gossamer.client.train.Engine;
import dev.gossamer.client.train.Engine.LoadedBase;
import dev.gossamer.protocols.adapter.Basis;
import dev.gossamer.protocols.adapter.Digest;
import dev.gossamer.protocols.basis.CapturedGradient;
import dev.gossamer.protocols.basis.WeightGradient;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

class DataFreeBasisTest {
    private static final int RANK = 3;

    private final Workers workers = new Workers(2);
    private final Transformer base = TinyTransformers.bert(1);
    private final LoadedBase loaded =
            new ReferenceEngine().load(base, Engine.Storage.FP32, Engine.Precision.FP32);
    private final Head.SequenceClassifier head =
            TinyHeads.sequence(base, Head.Pooling.MEAN, Optional.empty(), 2);
    private final List<TargetSelector.Choice> choices =
            new TargetSelector(List.of(TargetSelector.ALL), RANK).select(base);

    @AfterEach
    void stop() {
        workers.close();
    }

    private GradientBasis.Start ofWeights(List<Example> sample, long seed, Workers on) {
        return DataFreeBasis.ofWeights(choices, fitted(sample), seed, on);
    }

    private GradientBasis.Start random(List<Example> sample, long seed, Workers on) {
        return DataFreeBasis.random(choices, fitted(sample), seed, on);
    }

    private NewHead fitted(List<Example> sample) {
        NewHead newHead = new NewHead(head, List.of(head.output().name()));
        return GradientBasis.fitted(loaded, newHead, sample);
    }

    private List<Example> sample(int seed) {
        return TinyHeads.rows(head, seed, 5, 9, 3, 7, 11, 4, 6, 8);
    }

    private int cores() {
        return choices.size() * RANK * RANK;
    }

    /** No factors of that rank keep more of W than its own singular vectors. */
    @Test
    void ofWeights_factors_keepTheLeadingPartOfW() {
        Basis basis = ofWeights(sample(3), 5, workers).basis();

        List<CapturedGradient.OfTarget> kept =
                CapturedGradient.of(basis, choices.stream().map(c -> weights(c.linear())).toList())
                        .targets();
        for (int t = 0; t < kept.size(); t++) {
            Linear map = choices.get(t).linear();
            TruncatedSvd svd =
                    TruncatedSvd.ofInPlace(map.weight().toArray(), map.out(), map.in(), RANK);
            double squares = 0;
            for (float value : svd.values()) {
                squares += (double) value * value;
            }
            assertEquals(1, kept.get(t).captured() / squares, 1e-4, map.name());
        }
    }

    private static WeightGradient weights(Linear map) {
        return new WeightGradient(map.name(), map.out(), map.in(), map.weight().toArray());
    }

    /** LoRA-XS's deviation of 1e-5. */
    @Test
    void ofWeights_firstR_isTinyAndNotZero() {
        float[] values = ofWeights(sample(3), 5, workers).adapter().values();

        for (int i = 0; i < cores(); i++) {
            assertTrue(values[i] != 0 && Math.abs(values[i]) < 1e-4, "i=" + i);
        }
    }

    @Test
    void random_factors_followFromTheSeedAlone() {
        GradientBasis.Start start = random(sample(3), 5, workers);

        assertEquals(name(start), name(random(sample(4), 5, workers)));
        assertNotEquals(name(start), name(random(sample(3), 6, workers)));
        assertArrayEquals(new float[cores()], Arrays.copyOf(start.adapter().values(), cores()));
    }

    private static Digest name(GradientBasis.Start start) {
        return Digest.of(start.artifact());
    }

    @Test
    void start_oneWorkerOrTwo_hasTheSameBits() {
        try (Workers one = new Workers(1)) {
            assertEquals(
                    name(ofWeights(sample(3), 5, one)), name(ofWeights(sample(3), 5, workers)));
            assertEquals(name(random(sample(3), 5, one)), name(random(sample(3), 5, workers)));
        }
    }

    /** The head is that of the sample, whatever the factors are. */
    @Test
    void start_head_isFittedToTheSample() {
        float[] ofWeights = headOf(ofWeights(sample(3), 5, workers));
        float[] random = headOf(random(sample(3), 6, workers));
        float[] other = headOf(random(sample(4), 6, workers));

        assertArrayEquals(ofWeights, random);
        assertTrue(!Arrays.equals(random, other));
    }

    private float[] headOf(GradientBasis.Start start) {
        float[] values = start.adapter().values();
        return Arrays.copyOfRange(values, cores(), values.length);
    }
}
