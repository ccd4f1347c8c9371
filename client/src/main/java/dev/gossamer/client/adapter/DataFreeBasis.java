package dev.gossamer.client.adapter;

import dev.gossamer.client.adapter.TargetSelector.Choice;
import dev.gossamer.client.data.Example;
import dev.gossamer.client.model.Linear;
import dev.gossamer.client.tensor.Workers;
import dev.gossamer.client.train.Engine.LoadedBase;
import dev.gossamer.protocols.adapter.Basis;
import dev.gossamer.protocols.basis.RandomBasis;
import dev.gossamer.protocols.method.Setting.Shape;

import java.util.List;

/**
 * Basis and first adapter of a federation whose factors know nothing of any data: only the head is
 * fitted to the public sample. What such factors leak is nothing, and what they lack is the
 * direction in which the loss falls.
 */
public final class DataFreeBasis {
    private DataFreeBasis() {}

    /**
     * The leading singular vectors of each W, and R beside zero: LoRA-XS (arXiv 2405.17604), {@link
     * Initialisation#loraXs}.
     *
     * @param sample the head is fitted to; not used by a language model's
     */
    public static GradientBasis.Start ofWeights(
            LoadedBase base,
            List<Choice> choices,
            NewHead newHead,
            List<Example> sample,
            long seed,
            Workers workers) {
        return GradientBasis.withFittedHead(
                base, newHead, sample, Initialisation.loraXs(choices, seed, workers));
    }

    /**
     * Random orthonormal factors, {@link RandomBasis}, and R zero: training starts at the base.
     *
     * @param sample the head is fitted to; not used by a language model's
     */
    public static GradientBasis.Start random(
            LoadedBase base,
            List<Choice> choices,
            NewHead newHead,
            List<Example> sample,
            long seed,
            Workers workers) {
        List<Basis.Target> targets =
                workers.map(
                        choices,
                        choice -> RandomBasis.of(shape(choice.linear()), choice.rank(), seed));
        Adapter adapter = Adapter.of(new Basis(targets));
        float[] zeros = new float[adapter.layout(List.of()).size()];
        return GradientBasis.withFittedHead(
                base, newHead, sample, new AdapterStart(adapter, zeros, false));
    }

    private static Shape shape(Linear map) {
        return new Shape(map.name(), map.out(), map.in());
    }
}
