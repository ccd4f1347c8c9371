package dev.gossamer.protocols.codec;

import dev.gossamer.protocols.adapter.AdapterLayout;
import dev.gossamer.protocols.adapter.AdapterLayout.Slice;
import dev.gossamer.protocols.random.CounterRandom;
import dev.gossamer.protocols.run.CodecPlan;
import dev.gossamer.protocols.run.CodecPlan.Entropy;
import dev.gossamer.protocols.run.CodecPlan.Feedback;
import dev.gossamer.protocols.run.CodecPlan.Index;
import dev.gossamer.protocols.run.CodecPlan.Sparsify;
import dev.gossamer.protocols.run.CodecPlan.Values;

import java.util.ArrayList;
import java.util.List;

/** Plans, layouts and updates of codec tests. */
final class Plans {
    static final int BLOCK = 32;

    private Plans() {}

    static CodecPlan of(
            Values values, Sparsify sparsify, double density, Index index, Entropy entropy) {
        return new CodecPlan(
                values, BLOCK, sparsify, density, index, entropy, Feedback.NONE, 0.9, 3);
    }

    static CodecPlan topK(Values values, double density, Index index) {
        return of(values, Sparsify.TOP_K, density, index, Entropy.NONE);
    }

    static CodecPlan feedback(CodecPlan plan, Feedback feedback) {
        return new CodecPlan(
                plan.values(),
                plan.block(),
                plan.sparsify(),
                plan.density(),
                plan.index(),
                plan.entropy(),
                feedback,
                0.5,
                2);
    }

    /** Every combination that a run file may hold, at {@code density}. */
    static List<CodecPlan> all(double density) {
        List<CodecPlan> plans = new ArrayList<>();
        for (Values values : Values.values()) {
            for (Sparsify sparsify : Sparsify.values()) {
                for (Index index : Index.values()) {
                    for (Entropy entropy : Entropy.values()) {
                        if (sparsify != Sparsify.RANDOM_K || index == Index.AUTO) {
                            plans.add(of(values, sparsify, density, index, entropy));
                        }
                    }
                }
            }
        }
        return plans;
    }

    /** One column of {@code size} values. */
    static AdapterLayout flat(int size) {
        return new AdapterLayout(List.of(new Slice("a", size, 1)));
    }

    /** Two tensors, the second about twice as large. */
    static AdapterLayout two(int size) {
        int first = Math.max(1, size / 3);
        return size == 1
                ? flat(1)
                : new AdapterLayout(
                        List.of(new Slice("a", first, 1), new Slice("b", 1, size - first)));
    }

    static float[] gaussian(int size, int trial) {
        CounterRandom random = CounterRandom.of(17, "updates", trial, "");
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) (random.nextGaussian() * 1e-3);
        }
        return values;
    }

    static CounterRandom coins(int trial) {
        return CounterRandom.of(17, "coins", trial, "");
    }

    static EncodedUpdate encode(CodecPlan plan, float... update) {
        return new UpdateCodec(plan, flat(update.length)).encode(update, 5, coins(0));
    }
}
