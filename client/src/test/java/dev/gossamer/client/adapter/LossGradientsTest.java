package dev.gossamer.client.adapter;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.client.adapter.TargetSelector.Choice;
import dev.gossamer.client.data.Example;
import dev.gossamer.client.model.Head;
import dev.gossamer.client.model.TinyHeads;
import dev.gossamer.client.model.TinyTransformers;
import dev.gossamer.client.model.Transformer;
import dev.gossamer.client.reference.ReferenceEngine;
import dev.gossamer.client.tensor.TruncatedSvd;
import dev.gossamer.client.train.Engine;
import dev.gossamer.client.train.Engine.LoadedBase;
import dev.gossamer.client.train.Progress;
import dev.gossamer.protocols.adapter.AdapterLayout;
import dev.gossamer.protocols.adapter.AdapterState;
import dev.gossamer.protocols.adapter.AdapterValues;
import dev.gossamer.protocols.basis.CapturedGradient;
import dev.gossamer.protocols.basis.RangeFinder;
import dev.gossamer.protocols.basis.WeightGradient;
import dev.gossamer.protocols.method.Setting.Shape;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Optional;

class LossGradientsTest {
    private static final int RANK = 3;

    private final Transformer base = TinyTransformers.bert(1);
    private final LoadedBase loaded =
            new ReferenceEngine().load(base, Engine.Storage.FP32, Engine.Precision.FP32);
    private final Head.SequenceClassifier head =
            TinyHeads.sequence(base, Head.Pooling.MEAN, Optional.empty(), 2);
    private final List<Choice> choices =
            new TargetSelector(List.of(TargetSelector.ALL), RANK).select(base);
    private final List<Example> rows = TinyHeads.rows(head, 3, 5, 9, 3, 7, 11, 4, 6, 8);

    private List<WeightGradient> gradients(List<Example> of, int batchSize) {
        return LossGradients.of(loaded, choices, head, of, batchSize, Progress.SILENT);
    }

    @Test
    void of_miniBatches_isTheMeanOverThem() {
        List<WeightGradient> whole = gradients(rows, 4);
        List<WeightGradient> first = gradients(rows.subList(0, 4), 4);
        List<WeightGradient> second = gradients(rows.subList(4, 8), 4);

        assertEquals(
                choices.stream().map(c -> c.linear().name()).toList(),
                whole.stream().map(WeightGradient::target).toList());
        for (int t = 0; t < whole.size(); t++) {
            for (int i = 0; i < whole.get(t).values().length; i++) {
                float mean = (first.get(t).values()[i] + second.get(t).values()[i]) / 2;
                assertEquals(mean, whole.get(t).values()[i], 1e-7f);
            }
        }
    }

    /**
     * Two clients with half of the rows each: what is found captures as much of the gradient of all
     * rows as its own singular vectors do. Sides of eight or so leave the sketch nothing out.
     */
    @Test
    void rangeFinder_overTwoClients_capturesWhatThePooledGradientsOwnVectorsDo() {
        RangeFinder finder =
                new RangeFinder(
                        choices.stream()
                                .map(Choice::linear)
                                .map(map -> new Shape(map.name(), map.out(), map.in()))
                                .toList(),
                        RANK,
                        7,
                        RangeFinder.EXPONENT);
        List<WeightGradient> one = gradients(rows.subList(0, 4), 4);
        List<WeightGradient> other = gradients(rows.subList(4, 8), 4);

        AdapterState range = finder.range(mean(finder.sketch(one), finder.sketch(other)));
        AdapterValues rest = mean(finder.projection(range, one), finder.projection(range, other));
        RangeFinder.Found found = finder.found(range, rest, 0);

        List<CapturedGradient.OfTarget> captured =
                CapturedGradient.of(found.basis(), gradients(rows, 4)).targets();
        for (int t = 0; t < captured.size(); t++) {
            WeightGradient gradient = gradients(rows, 4).get(t);
            double best = leading(gradient);
            assertTrue(best > 0.3 * captured.get(t).all(), gradient.target());
            assertEquals(1, captured.get(t).captured() / best, 0.02, gradient.target());
        }
    }

    private static AdapterValues mean(AdapterState one, AdapterState other) {
        AdapterValues sum = AdapterValues.zero(one.layout());
        return sum.plus(0.5, AdapterValues.of(one)).plus(0.5, AdapterValues.of(other));
    }

    /** The sum of the largest squared singular values. */
    private static double leading(WeightGradient gradient) {
        TruncatedSvd svd =
                TruncatedSvd.ofInPlace(
                        gradient.values().clone(), gradient.out(), gradient.in(), RANK);
        double squares = 0;
        for (float value : svd.values()) {
            squares += (double) value * value;
        }
        return squares;
    }

    /** What a state has of the head's maps takes the place of its own values. */
    @Test
    void headWith_stateOfItsValues_isThatHead() {
        List<AdapterLayout.Slice> slices = Heads.slices(head, List.of(head.output().name()));
        AdapterLayout layout = new AdapterLayout(slices);
        AdapterState state = new AdapterState(layout, TinyTransformers.values(layout.size(), 1, 9));

        Head changed = Heads.with(head, state);

        assertArrayEquals(state.values(), Heads.values(changed, slices));
        AdapterState none =
                new AdapterState(
                        new AdapterLayout(List.of(new AdapterLayout.Slice("x.R", 1, 1))),
                        new float[1]);
        assertArrayEquals(Heads.values(head, slices), Heads.values(Heads.with(head, none), slices));
    }

    @Test
    void of_noRowsOrNoBatchSize_isRefusedByName() {
        var none = assertThrows(IllegalArgumentException.class, () -> gradients(List.of(), 4));
        var size = assertThrows(IllegalArgumentException.class, () -> gradients(rows, 0));

        assertEquals("no mini-batches: rows=0, batchSize=4", none.getMessage());
        assertEquals("no mini-batches: rows=8, batchSize=0", size.getMessage());
    }
}
