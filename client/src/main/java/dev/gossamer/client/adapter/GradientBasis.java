package dev.gossamer.client.adapter;

import dev.gossamer.client.adapter.TargetSelector.Choice;
import dev.gossamer.client.data.Example;
import dev.gossamer.client.model.Head;
import dev.gossamer.client.tensor.Workers;
import dev.gossamer.client.train.Engine.LoadedBase;
import dev.gossamer.client.train.Progress;
import dev.gossamer.protocols.adapter.AdapterLayout;
import dev.gossamer.protocols.adapter.AdapterLayout.Slice;
import dev.gossamer.protocols.adapter.AdapterState;
import dev.gossamer.protocols.adapter.AdapterValues;
import dev.gossamer.protocols.adapter.ArtifactFormatException;
import dev.gossamer.protocols.adapter.Basis;
import dev.gossamer.protocols.adapter.BasisCodec;
import dev.gossamer.protocols.adapter.Factor;
import dev.gossamer.protocols.basis.Rebasing;
import dev.gossamer.protocols.basis.ShapesCodec;
import dev.gossamer.protocols.method.FreshFactors;

import java.util.ArrayList;
import java.util.List;

/**
 * Basis and first adapter of a federation, from the gradients of a public sample: the
 * initialisation of LoRA-SB (arXiv 2411.19557), {@link Initialisation#loraSb}.
 *
 * <p>A classifier's loss is that of a head fitted to the sample on the frozen base, with a ridge
 * that leaves it something to learn: through a head at random every gradient is noise. The adapter
 * starts with this head. A language model's head is the base's own, and frozen.
 *
 * <p>eta is the learning rate over the number of mini-batches. Without it a 4096 × 4096 sign matrix
 * has a spectral norm of at least 64 and destroys the model; with it {@code ||R||_F ≤ eta √(out
 * in)}. As B and A are orthonormal, R's gradient is the orthogonal projection of the full gradient.
 */
public final class GradientBasis {
    private static final FittedHead.Fit HEAD = new FittedHead.Fit(100, 1e-2);

    private GradientBasis() {}

    /**
     * How the sample is used.
     *
     * @param learningRate above 0
     */
    public record Plan(double learningRate, int batchSize) {
        /** A plan whose numbers are within their ranges. */
        public Plan {
            if (batchSize < 1 || !(learningRate > 0)) {
                throw new IllegalArgumentException(
                        "bad plan: learningRate=" + learningRate + ", batchSize=" + batchSize);
            }
        }
    }

    /**
     * The frozen factors and the adapter that every node starts from.
     *
     * @param artifact what the factors are decoded from; belongs to this object
     */
    @SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
    public record Start(Basis basis, AdapterState adapter, byte[] artifact) {
        /** Factors that travel as they are. */
        public Start(Basis basis, AdapterState adapter) {
            this(basis, adapter, BasisCodec.encode(basis));
        }

        /**
         * The same in half the bytes: the factors are those that other nodes decode, and R is
         * carried over to them.
         */
        public Start rounded() {
            byte[] rounded = BasisCodec.encodeBfloat16(basis);
            try {
                Basis decoded = BasisCodec.decode(rounded);
                return new Start(decoded, Rebasing.carried(basis, adapter, decoded), rounded);
            } catch (ArtifactFormatException e) {
                throw new IllegalStateException("basis does not survive rounding", e);
            }
        }
    }

    /** {@code newHead} with its output fitted to {@code sample}; a language model's stays. */
    public static NewHead fitted(LoadedBase base, NewHead newHead, List<Example> sample) {
        return new NewHead(FittedHead.of(base, newHead.head(), sample, HEAD), newHead.trained());
    }

    /**
     * Makes basis and adapter from {@code sample}: a pure function of its arguments, for any number
     * of workers.
     *
     * @param choices the maps that are adapted, at least one
     * @param newHead with the values that training goes on from
     * @param progress told of each mini-batch
     * @throws IllegalArgumentException if there are no rows or no targets
     */
    public static Start make(
            LoadedBase base,
            List<Choice> choices,
            NewHead newHead,
            List<Example> sample,
            Plan plan,
            Workers workers,
            Progress progress) {
        if (sample.isEmpty() || choices.isEmpty()) {
            throw new IllegalArgumentException(
                    "basis needs a sample and targets: rows="
                            + sample.size()
                            + ", targets="
                            + choices.size());
        }
        List<List<Example>> batches = LossGradients.batches(sample, plan.batchSize());
        List<String> names = choices.stream().map(choice -> choice.linear().name()).toList();
        AdapterStart start =
                Initialisation.loraSb(
                        choices,
                        base.weightGradients(names, newHead.head(), batches, progress),
                        plan.learningRate() / batches.size(),
                        workers);
        return behind(start, newHead);
    }

    /**
     * The adapter with {@code newHead} behind it, and its frozen factors.
     *
     * @param start whose R alone is trained
     */
    static Start behind(AdapterStart start, NewHead newHead) {
        List<Slice> slices = Heads.slices(newHead.head(), newHead.trained());
        return new Start(
                start.adapter().basis(), start.state(slices, Heads.values(newHead.head(), slices)));
    }

    /**
     * The start of a federation whose clients find the basis together: R is zero, and what stands
     * for the basis is its targets' shapes.
     *
     * @param newHead with the values that training goes on from
     */
    public static Start shapes(List<Choice> choices, NewHead newHead) {
        List<Slice> slices = new ArrayList<>();
        for (Choice choice : choices) {
            String name = Factor.R.slice(choice.linear().name());
            slices.add(new Slice(name, choice.rank(), choice.rank()));
        }
        List<Slice> ofHead = Heads.slices(newHead.head(), newHead.trained());
        slices.addAll(ofHead);
        float[] head = Heads.values(newHead.head(), ofHead);
        AdapterLayout layout = new AdapterLayout(slices);
        float[] values = new float[layout.size()];
        System.arraycopy(head, 0, values, values.length - head.length, head.length);
        return new Start(
                Basis.NONE,
                new AdapterState(layout, values),
                ShapesCodec.encode(choices.stream().map(Choice::shape).toList()));
    }

    /**
     * The first adapter of a federation that trains A and B themselves, with the same fitted head:
     * factors that follow from the seed, so that they need not be sent, and no basis.
     *
     * @param layout of the whole adapter, the head's slices last
     * @param newHead with the values that training goes on from
     */
    public static Start lora(AdapterLayout layout, NewHead newHead, long seed) {
        Head head = newHead.head();
        float[] ofHead = Heads.values(head, Heads.slices(head, newHead.trained()));
        float[] values = new float[layout.size()];
        System.arraycopy(ofHead, 0, values, values.length - ofHead.length, ofHead.length);
        AdapterValues start = AdapterValues.of(new AdapterState(layout, values));
        return new Start(Basis.NONE, FreshFactors.drawn(start, seed, 0).state());
    }
}
