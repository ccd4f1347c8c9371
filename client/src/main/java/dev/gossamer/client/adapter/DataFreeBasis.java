package dev.gossamer.client.adapter;

import dev.gossamer.client.adapter.TargetSelector.Choice;
import dev.gossamer.client.tensor.Workers;
import dev.gossamer.protocols.adapter.Basis;
import dev.gossamer.protocols.basis.RandomBasis;

import java.util.List;

/**
 * Basis and adapter of a federation whose factors know nothing of any data: only the head is fitted
 * to the public sample. What such factors leak is nothing, and what they lack is the direction in
 * which the loss falls.
 */
public final class DataFreeBasis {
    private DataFreeBasis() {}

    /**
     * The leading singular vectors of each W, and R beside zero: LoRA-XS (arXiv 2405.17604), {@link
     * Initialisation#loraXs}.
     *
     * @param newHead with the values that training goes on from
     */
    public static GradientBasis.Start ofWeights(
            List<Choice> choices, NewHead newHead, long seed, Workers workers) {
        return GradientBasis.behind(Initialisation.loraXs(choices, seed, workers), newHead);
    }

    /**
     * Random orthonormal factors, {@link RandomBasis}, and R zero: training starts at the base.
     *
     * @param newHead with the values that training goes on from
     */
    public static GradientBasis.Start random(
            List<Choice> choices, NewHead newHead, long seed, Workers workers) {
        List<Basis.Target> targets =
                workers.map(choices, choice -> RandomBasis.of(choice.shape(), choice.rank(), seed));
        Adapter adapter = Adapter.of(new Basis(targets));
        float[] zeros = new float[adapter.layout(List.of()).size()];
        return GradientBasis.behind(new AdapterStart(adapter, zeros, false), newHead);
    }
}
