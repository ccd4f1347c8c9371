package dev.gossamer.simulations.bench;

import dev.gossamer.protocols.run.CodecPlan;
import dev.gossamer.protocols.run.CodecPlan.Entropy;
import dev.gossamer.protocols.run.CodecPlan.Feedback;
import dev.gossamer.protocols.run.CodecPlan.Index;
import dev.gossamer.protocols.run.CodecPlan.Sparsify;
import dev.gossamer.protocols.run.CodecPlan.Values;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** One way to write an update that is measured. */
record CodecCase(String name, CodecPlan plan) {
    private static final double TENTH = 0.1;
    private static final double HUNDREDTH = 0.01;
    private static final int BLOCK = 128;

    /** All of them, in the order in which they run. */
    static List<CodecCase> list() {
        List<CodecCase> cases = new ArrayList<>();
        for (Values values : Values.values()) {
            cases.add(of(values, Sparsify.TOP_K, 1, Index.AUTO, Entropy.NONE));
        }
        for (Values values : Values.values()) {
            cases.add(of(values, Sparsify.TOP_K, TENTH, Index.AUTO, Entropy.NONE));
        }
        cases.add(of(Values.FP32, Sparsify.TOP_K, HUNDREDTH, Index.AUTO, Entropy.NONE));
        for (Index index : List.of(Index.BITMAP, Index.VARINT, Index.COO)) {
            cases.add(of(Values.FP32, Sparsify.TOP_K, TENTH, index, Entropy.NONE));
        }
        cases.add(of(Values.FP32, Sparsify.TOP_K_PER_TENSOR, TENTH, Index.AUTO, Entropy.NONE));
        cases.add(of(Values.FP32, Sparsify.RANDOM_K, TENTH, Index.AUTO, Entropy.NONE));
        cases.add(of(Values.FP32, Sparsify.TOP_K, TENTH, Index.AUTO, Entropy.ZSTD));
        cases.add(of(Values.BF16, Sparsify.TOP_K, 1, Index.AUTO, Entropy.ZSTD));
        return List.copyOf(cases);
    }

    private static CodecCase of(
            Values values, Sparsify sparsify, double density, Index index, Entropy entropy) {
        String name =
                (density == 1 ? "dense" : sparsify.key() + "-" + density)
                        + "-"
                        + values.key()
                        + (index == Index.AUTO ? "" : "-" + index.key())
                        + (entropy == Entropy.NONE ? "" : "-" + word(entropy));
        CodecPlan plan =
                new CodecPlan(
                        values, BLOCK, sparsify, density, index, entropy, Feedback.NONE, 0.9, 3);
        return new CodecCase(name, plan);
    }

    private static String word(Entropy entropy) {
        return entropy.name().toLowerCase(Locale.ROOT);
    }
}
