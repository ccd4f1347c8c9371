package dev.gossamer.client.adapter;

import dev.gossamer.client.adapter.Adapter.Kind;
import dev.gossamer.client.adapter.TargetSelector.Choice;
import dev.gossamer.client.model.Linear;
import dev.gossamer.client.tensor.LeadingTriplets;
import dev.gossamer.client.tensor.TruncatedSvd;
import dev.gossamer.client.tensor.Workers;
import dev.gossamer.client.train.Engine.LoadedBase.MatrixSum;
import dev.gossamer.protocols.random.CounterRandom;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What an adapter's factors begin with. Every result is a function of the arguments alone, whatever
 * the number of workers.
 *
 * <pre>
 * Kaiming   A uniform within ±1/√in, B = 0 (LoRA, arXiv 2106.09685, as PEFT draws it)
 * LoRA-XS   W ≈ U S Vᵀ;  A = Vᵀ, B = U frozen, R normal of deviation 1e-5     (arXiv 2405.17604)
 * PiSSA     W ≈ U S Vᵀ;  A = √S Vᵀ, B = U √S trained, W − B A frozen          (arXiv 2404.02948)
 * LoRA-SB   −η sign(G) ≈ U S Vᵀ;  A = Vᵀ, B = U frozen, R = diag(S)           (arXiv 2411.19557)
 * EVA       A the leading eigenvectors of Xᵀ X, B = 0                         (arXiv 2410.07170)
 * </pre>
 *
 * <p>A and B of LoRA-XS are orthonormal here, as those of LoRA-SB, so that R's gradient is the
 * projection of the full one; the authors' code leaves S in A. R is the code's: small and normal,
 * not zero. EVA's ranks are those that are asked for; the paper's redistribution by explained
 * variance is not made.
 */
public final class Initialisation {
    /** The deviation of R's first values in the authors' code of LoRA-XS. */
    static final double LORA_XS_DEVIATION = 1e-5;

    private Initialisation() {}

    /**
     * LoRA as PEFT begins it. Of an adapter that trains B alone, A stays what it is here; of one
     * that trains A alone, B is drawn and A is zero.
     *
     * @param alpha the scaling is {@code alpha / rank}
     * @param kind one that has no R
     */
    public static AdapterStart kaiming(List<Choice> choices, Kind kind, double alpha, long seed) {
        if (kind == Kind.R_ONLY) {
            throw new IllegalArgumentException(
                    "kaiming starts adapters of A and B: kind="
                            + kind
                            + "; use lora-xs or lora-sb");
        }
        Values values = new Values();
        List<Adapter.Target> targets = new ArrayList<>();
        for (Choice choice : choices) {
            Linear map = choice.linear();
            boolean drawnA = kind != Kind.A_ONLY;
            float[] drawn = uniform(choice, drawnA, seed);
            float[] a = drawnA ? drawn : new float[choice.rank() * map.in()];
            float[] b = drawnA ? new float[map.out() * choice.rank()] : drawn;
            if (kind.trainsA()) {
                values.add(a);
            }
            if (kind.trainsB()) {
                values.add(b);
            }
            targets.add(
                    target(
                            choice,
                            alpha / choice.rank(),
                            kind.trainsA() ? Optional.empty() : Optional.of(a),
                            kind.trainsB() ? Optional.empty() : Optional.of(b)));
        }
        return new AdapterStart(new Adapter(kind, targets), values.all(), false);
    }

    /** {@code kaiming_uniform_(a=√5)}: within one over the root of the width that comes in. */
    private static float[] uniform(Choice choice, boolean ofA, long seed) {
        Linear map = choice.linear();
        int width = ofA ? map.in() : choice.rank();
        int length = choice.rank() * (ofA ? map.in() : map.out());
        double bound = 1 / Math.sqrt(width);
        CounterRandom random = CounterRandom.of(seed, "lora", 0, map.name());
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = (float) (bound * (2 * random.nextDouble() - 1));
        }
        return values;
    }

    /** LoRA-XS: frozen factors from W, and R beside zero. */
    public static AdapterStart loraXs(List<Choice> choices, long seed, Workers workers) {
        return frozen(
                choices,
                decomposed(choices, workers),
                (choice, svd) -> {
                    CounterRandom random =
                            CounterRandom.of(seed, "lora-xs", 0, choice.linear().name());
                    float[] r = new float[choice.rank() * choice.rank()];
                    for (int i = 0; i < r.length; i++) {
                        r[i] = (float) (LORA_XS_DEVIATION * random.nextGaussian());
                    }
                    return r;
                });
    }

    /**
     * PiSSA: trained factors from W, which take its leading part over from the base.
     *
     * @param alpha the scaling is {@code alpha / rank}; the factors are divided by its root
     */
    public static AdapterStart pissa(List<Choice> choices, double alpha, Workers workers) {
        List<TruncatedSvd> svds = decomposed(choices, workers);
        Values values = new Values();
        List<Adapter.Target> targets = new ArrayList<>();
        for (int t = 0; t < choices.size(); t++) {
            Choice choice = choices.get(t);
            double scaling = alpha / choice.rank();
            values.add(scaledRows(svds.get(t), choice.linear().in(), scaling));
            values.add(scaledColumns(svds.get(t), scaling));
            targets.add(target(choice, scaling, Optional.empty(), Optional.empty()));
        }
        return new AdapterStart(new Adapter(Kind.LORA, targets), values.all(), true);
    }

    private static float[] scaledRows(TruncatedSvd svd, int in, double scaling) {
        float[] a = svd.right().clone();
        for (int i = 0; i < a.length; i++) {
            a[i] *= (float) Math.sqrt(svd.values()[i / in] / scaling);
        }
        return a;
    }

    private static float[] scaledColumns(TruncatedSvd svd, double scaling) {
        float[] b = svd.left().clone();
        int rank = svd.values().length;
        for (int i = 0; i < b.length; i++) {
            b[i] *= (float) Math.sqrt(svd.values()[i % rank] / scaling);
        }
        return b;
    }

    private static List<TruncatedSvd> decomposed(List<Choice> choices, Workers workers) {
        return workers.map(
                choices,
                choice ->
                        LeadingTriplets.ofInPlace(
                                choice.linear().weight().toArray(),
                                choice.linear().out(),
                                choice.linear().in(),
                                choice.rank()));
    }

    /**
     * LoRA-SB: frozen factors and R from the first step that AdamW would take without an adapter.
     *
     * <p>W is not compensated: training starts one projected step away from the base, {@code
     * ||R||_F ≤ η √(out in)}.
     *
     * @param gradients by map, each summed over mini-batches
     * @param stepSize η: the learning rate over the number of mini-batches
     */
    public static AdapterStart loraSb(
            List<Choice> choices, List<MatrixSum> gradients, double stepSize, Workers workers) {
        if (!(stepSize > 0)) {
            throw new IllegalArgumentException("bad step size: stepSize=" + stepSize + ", bound=0");
        }
        Map<String, MatrixSum> sums = byName(gradients);
        List<TruncatedSvd> svds =
                workers.map(
                        choices,
                        choice -> {
                            MatrixSum sum = sum(sums, choice, choice.linear().out());
                            return LeadingTriplets.ofInPlace(
                                    step(sum.values(), (float) stepSize),
                                    sum.rows(),
                                    sum.columns(),
                                    choice.rank());
                        });
        return frozen(choices, svds, (choice, svd) -> diagonal(svd.values()));
    }

    private static float[] step(float[] gradient, float size) {
        float[] step = new float[gradient.length];
        for (int i = 0; i < step.length; i++) {
            step[i] = -size * Math.signum(gradient[i]);
        }
        return step;
    }

    private static float[] diagonal(float[] values) {
        float[] matrix = new float[values.length * values.length];
        for (int i = 0; i < values.length; i++) {
            matrix[i * values.length + i] = values[i];
        }
        return matrix;
    }

    /**
     * EVA: A spans what the maps' inputs vary in most.
     *
     * @param moments by map, {@code Xᵀ X} over the inputs of a sample
     * @param alpha the scaling is {@code alpha / rank}
     */
    public static AdapterStart eva(
            List<Choice> choices, List<MatrixSum> moments, double alpha, Workers workers) {
        Map<String, MatrixSum> sums = byName(moments);
        List<float[]> factors =
                workers.map(
                        choices,
                        choice ->
                                LeadingTriplets.eigenvectors(
                                        sum(sums, choice, choice.linear().in()).values(),
                                        choice.linear().in(),
                                        choice.rank()));
        Values values = new Values();
        List<Adapter.Target> targets = new ArrayList<>();
        for (int t = 0; t < choices.size(); t++) {
            Choice choice = choices.get(t);
            values.add(factors.get(t));
            values.add(new float[choice.linear().out() * choice.rank()]);
            targets.add(target(choice, alpha / choice.rank(), Optional.empty(), Optional.empty()));
        }
        return new AdapterStart(new Adapter(Kind.LORA, targets), values.all(), false);
    }

    private static Map<String, MatrixSum> byName(List<MatrixSum> sums) {
        return sums.stream().collect(Collectors.toMap(MatrixSum::name, Function.identity()));
    }

    private static MatrixSum sum(Map<String, MatrixSum> sums, Choice choice, int rows) {
        Linear map = choice.linear();
        MatrixSum sum = sums.get(map.name());
        if (sum == null || sum.rows() != rows || sum.columns() != map.in()) {
            throw new IllegalArgumentException(
                    "no sum that fits the target: target="
                            + map.name()
                            + ", expected="
                            + rows
                            + "x"
                            + map.in());
        }
        return sum;
    }

    private static AdapterStart frozen(
            List<Choice> choices,
            List<TruncatedSvd> svds,
            BiFunction<Choice, TruncatedSvd, float[]> r) {
        Values values = new Values();
        List<Adapter.Target> targets = new ArrayList<>();
        for (int t = 0; t < choices.size(); t++) {
            TruncatedSvd svd = svds.get(t);
            targets.add(
                    target(choices.get(t), 1, Optional.of(svd.right()), Optional.of(svd.left())));
            values.add(r.apply(choices.get(t), svd));
        }
        return new AdapterStart(new Adapter(Kind.R_ONLY, targets), values.all(), false);
    }

    private static Adapter.Target target(
            Choice choice, double scaling, Optional<float[]> a, Optional<float[]> b) {
        Linear map = choice.linear();
        return new Adapter.Target(map.name(), choice.rank(), map.in(), map.out(), scaling, a, b);
    }

    /** Values that are put one after the other. */
    private static final class Values {
        private final List<float[]> parts = new ArrayList<>();
        private int length;

        void add(float[] part) {
            parts.add(part);
            length = Math.addExact(length, part.length);
        }

        float[] all() {
            float[] all = new float[length];
            int offset = 0;
            for (float[] part : parts) {
                System.arraycopy(part, 0, all, offset, part.length);
                offset += part.length;
            }
            return all;
        }
    }
}
