package dev.gossamer.client.adapter;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.client.data.Example;
import dev.gossamer.client.model.Activation;
import dev.gossamer.client.model.Head;
import dev.gossamer.client.model.Linear;
import dev.gossamer.client.model.TinyHeads;
import dev.gossamer.client.model.TinyTransformers;
import dev.gossamer.client.model.Transformer;
import dev.gossamer.client.reference.ReferenceEngine;
import dev.gossamer.client.tensor.CpuEngine;
import dev.gossamer.client.tensor.Workers;
import dev.gossamer.client.train.AdaptedModel;
import dev.gossamer.client.train.Engine;
import dev.gossamer.client.train.Engine.LoadedBase;
import dev.gossamer.client.train.Evaluation;
import dev.gossamer.client.weights.FloatMatrix;
import dev.gossamer.protocols.wire.Message.Score;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

class FittedHeadTest {
    private static final FittedHead.Fit FIT = new FittedHead.Fit(200, 1e-3);

    private final Transformer base = TinyTransformers.bert(1);
    private final LoadedBase reference =
            new ReferenceEngine().load(base, Engine.Storage.FP32, Engine.Precision.FP32);

    private Stream<Head> classifiers() {
        return Stream.of(
                TinyHeads.sequence(base, Head.Pooling.MEAN, Optional.empty(), 2),
                TinyHeads.sequence(base, Head.Pooling.FIRST, Optional.empty(), 2),
                TinyHeads.sequence(base, Head.Pooling.FIRST, Optional.of(Activation.TANH), 2),
                TinyHeads.token(base, 2));
    }

    private static List<Example> rows(Head head) {
        return TinyHeads.rows(head, 3, 5, 9, 3, 7, 11, 4, 6, 8);
    }

    /** The mean loss through {@code head} on the bare base. */
    private double loss(Head head, List<Example> rows) {
        AdaptedModel model =
                reference.attach(
                        TinyTransformers.adapter(base, Adapter.Kind.LORA, 1, 1, 5), head, Set.of());
        Score score = Evaluation.score(model, new float[model.layout().size()], rows);
        return score.lossSum() / score.rows();
    }

    /** The output map with nothing in it. */
    private static Head blank(Head head) {
        return Heads.with(
                head,
                map ->
                        map.name().equals("classifier")
                                ? new Linear(
                                        map.name(),
                                        FloatMatrix.of(
                                                new float[map.out() * map.in()],
                                                map.out(),
                                                map.in()),
                                        Optional.of(new float[map.out()]))
                                : map);
    }

    /** The places that a head sees are those that its loss is of: else the fit would not help. */
    @Test
    void of_anyClassifier_lowersTheLossOfItsOwnRows() {
        for (Head head : classifiers().toList()) {
            List<Example> rows = rows(head);

            double fitted = loss(FittedHead.of(reference, head, rows, FIT), rows);

            double blank = loss(blank(head), rows);
            assertEquals(Math.log(TinyHeads.CLASSES), blank, 1e-6);
            assertTrue(fitted < 0.9 * blank, head + ": " + blank + " became " + fitted);
        }
    }

    @Test
    void of_aClassifier_leavesItsHiddenMapAlone() {
        Head head = TinyHeads.sequence(base, Head.Pooling.FIRST, Optional.of(Activation.TANH), 2);

        Head fitted = FittedHead.of(reference, head, rows(head), FIT);

        Map<String, Linear> before = byName(head);
        Map<String, Linear> after = byName(fitted);
        assertEquals(before.keySet(), after.keySet());
        assertSame(before.get("dense"), after.get("dense"));
    }

    private static Map<String, Linear> byName(Head head) {
        return Heads.linears(head).stream().collect(Collectors.toMap(Linear::name, map -> map));
    }

    @Test
    void of_aLanguageModel_isTheBasesOwn() {
        Head head = TinyHeads.language(base, Optional.empty(), true, true, 2);

        assertSame(head, FittedHead.of(reference, head, rows(head), FIT));
    }

    @Test
    void features_onTheCpu_areThoseOfTheReference() {
        try (Workers workers = new Workers(2)) {
            LoadedBase cpu =
                    new CpuEngine(workers).load(base, Engine.Storage.FP32, Engine.Precision.FP32);
            for (Head head : classifiers().toList()) {
                FittedHead.Features expected = FittedHead.features(reference, head, rows(head));
                FittedHead.Features actual = FittedHead.features(cpu, head, rows(head));

                assertArrayEquals(expected.labels(), actual.labels());
                assertArrayEquals(expected.values(), actual.values(), 1e-5f, head.toString());
            }
        }
    }
}
