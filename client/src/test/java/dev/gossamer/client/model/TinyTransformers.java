package dev.gossamer.client.model;

import dev.gossamer.client.adapter.Adapter;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Small transformers with random weights, one for each family and some that no family has: between
 * them every choice of {@link Architecture} is made both ways.
 *
 * <p>Gains and biases are random too, so that nothing is hidden by a one or a zero.
 */
public final class TinyTransformers {
    /** How many token ids every tiny model knows. */
    public static final int VOCABULARY = 29;

    /** The longest sequence of every tiny model. */
    public static final int POSITIONS = 24;

    private static final int HIDDEN = 12;
    private static final double EPSILON = 1e-5;

    private TinyTransformers() {}

    /** Which optional parts a tiny model has. */
    public record Parts(
            boolean positions,
            int tokenTypes,
            boolean embeddingNorm,
            boolean finalNorm,
            boolean fused,
            boolean headNorms,
            boolean projectionBias,
            boolean bias) {}

    /** Every tiny model by its name. */
    public static Map<String, Transformer> all() {
        Map<String, Transformer> all = new LinkedHashMap<>();
        all.put("bert", bert(1));
        all.put("gpt2", gpt2(2));
        all.put("llama", llama(3));
        all.put("mistral", mistral(4));
        all.put("qwen2", qwen2(5));
        all.put("qwen3", qwen3(6));
        all.put("fused-gated-encoder", fusedGatedEncoder(7));
        all.put("post-norm-decoder", postNormDecoder(8));
        return all;
    }

    /** Post-norm, bidirectional, learned positions, token types, biases, erf GELU. */
    public static Transformer bert(long seed) {
        Parts parts = new Parts(true, 2, true, false, false, false, true, true);
        return of(encoder("bert", 3, Activation.GELU), parts, seed);
    }

    /** Pre-norm, causal, learned positions, one fused projection, biases, tanh GELU. */
    public static Transformer gpt2(long seed) {
        Architecture architecture =
                architecture("gpt2", 3, 3, 4, true, false, Activation.GELU_TANH, false, true);
        Parts parts = new Parts(true, 0, false, true, true, false, true, true);
        return of(architecture, parts, seed);
    }

    /** Pre-norm, RMS norms, causal, rotary, grouped keys and values, gated SiLU, no biases. */
    public static Transformer llama(long seed) {
        Parts parts = new Parts(false, 0, false, true, false, false, false, false);
        return of(decoder("llama", 4, 2, 6), parts, seed);
    }

    /** {@link #llama} with one key-value head and a window of five tokens. */
    public static Transformer mistral(long seed) {
        Parts parts = new Parts(false, 0, false, true, false, false, false, false);
        return of(windowed(decoder("mistral", 2, 1, 6), 5), parts, seed);
    }

    /** {@link #llama} with biases on query, key and value. */
    public static Transformer qwen2(long seed) {
        Parts parts = new Parts(false, 0, false, true, false, false, true, false);
        return of(decoder("qwen2", 4, 2, 4), parts, seed);
    }

    /** {@link #llama} with a norm on each head of queries and keys, heads wider than hidden. */
    public static Transformer qwen3(long seed) {
        Parts parts = new Parts(false, 0, false, true, false, true, false, false);
        return of(decoder("qwen3", 4, 2, 8), parts, seed);
    }

    /**
     * Bidirectional and pre-norm with rotary positions scaled by a magnitude, layer norms on each
     * head, a fused projection of grouped heads and a tanh gate.
     */
    public static Transformer fusedGatedEncoder(long seed) {
        Architecture architecture =
                architecture("odd-encoder", 4, 2, 6, true, false, Activation.TANH, true, false);
        Parts parts = new Parts(false, 3, true, true, true, true, true, false);
        return of(rotary(architecture, 1.25), parts, seed);
    }

    /** Causal and post-norm with RMS norms, a window, learned positions and plain ReLU. */
    public static Transformer postNormDecoder(long seed) {
        Architecture architecture =
                architecture("odd-decoder", 2, 2, 5, false, true, Activation.RELU, false, true);
        Parts parts = new Parts(true, 0, true, false, false, false, false, true);
        return of(windowed(architecture, 3), parts, seed);
    }

    /** A bidirectional post-norm architecture with layer norms. */
    public static Architecture encoder(String family, int heads, Activation activation) {
        return architecture(
                family, heads, heads, HIDDEN / heads, false, false, activation, false, false);
    }

    /** A causal pre-norm architecture with RMS norms, rotary positions and a SiLU gate. */
    public static Architecture decoder(String family, int heads, int keyValueHeads, int headSize) {
        Architecture plain =
                architecture(
                        family,
                        heads,
                        keyValueHeads,
                        headSize,
                        true,
                        true,
                        Activation.SILU,
                        true,
                        true);
        return rotary(plain, 1);
    }

    /** An architecture without positions of its own. */
    public static Architecture architecture(
            String family,
            int heads,
            int keyValueHeads,
            int headSize,
            boolean preNorm,
            boolean rms,
            Activation activation,
            boolean gated,
            boolean causal) {
        return new Architecture(
                family,
                family,
                2,
                HIDDEN,
                heads,
                keyValueHeads,
                headSize,
                14,
                VOCABULARY,
                POSITIONS,
                preNorm,
                rms,
                EPSILON,
                activation,
                gated,
                causal,
                Optional.empty(),
                OptionalInt.empty());
    }

    /** {@code a} with rotary positions. */
    public static Architecture rotary(Architecture a, double magnitude) {
        double[] frequencies = new double[a.headSize() / 2];
        for (int i = 0; i < frequencies.length; i++) {
            frequencies[i] = Math.pow(100, -(double) i / frequencies.length);
        }
        Optional<Rotary> rotary = Optional.of(new Rotary(frequencies, magnitude));
        return with(a, rotary, a.window());
    }

    /** {@code a} whose tokens see {@code window} tokens, themselves included. */
    public static Architecture windowed(Architecture a, int window) {
        return with(a, a.rotary(), OptionalInt.of(window));
    }

    private static Architecture with(Architecture a, Optional<Rotary> rotary, OptionalInt window) {
        return new Architecture(
                a.family(),
                a.prefix(),
                a.layers(),
                a.hidden(),
                a.heads(),
                a.keyValueHeads(),
                a.headSize(),
                a.intermediate(),
                a.vocabulary(),
                a.positions(),
                a.preNorm(),
                a.rms(),
                a.normEpsilon(),
                a.activation(),
                a.gated(),
                a.causal(),
                rotary,
                window);
    }

    /** A transformer of random weights with the given choices. */
    public static Transformer of(Architecture a, Parts parts, long seed) {
        RandomWeights random = new RandomWeights(seed);
        List<Block> blocks = new ArrayList<>();
        for (int layer = 0; layer < a.layers(); layer++) {
            blocks.add(block(a, parts, "layers." + layer + ".", random));
        }
        return new Transformer(
                a,
                random.matrix(a.vocabulary(), a.hidden(), 1),
                parts.positions()
                        ? Optional.of(random.matrix(a.positions(), a.hidden(), 1))
                        : Optional.empty(),
                parts.tokenTypes() > 0
                        ? Optional.of(random.matrix(parts.tokenTypes(), a.hidden(), 1))
                        : Optional.empty(),
                parts.embeddingNorm() ? Optional.of(random.norm(a)) : Optional.empty(),
                blocks,
                parts.finalNorm() ? Optional.of(random.norm(a)) : Optional.empty());
    }

    private static Block block(Architecture a, Parts parts, String prefix, RandomWeights random) {
        int q = a.queryWidth();
        int kv = a.keyValueWidth();
        boolean bias = parts.projectionBias();
        List<Linear> projections =
                parts.fused()
                        ? List.of(random.linear(prefix + "attn.qkv", q + 2 * kv, a.hidden(), bias))
                        : List.of(
                                random.linear(prefix + "attn.q", q, a.hidden(), bias),
                                random.linear(prefix + "attn.k", kv, a.hidden(), bias),
                                random.linear(prefix + "attn.v", kv, a.hidden(), bias));
        int middle = a.intermediate();
        return new Block(
                projections,
                parts.headNorms() ? Optional.of(random.gain(a.headSize())) : Optional.empty(),
                parts.headNorms() ? Optional.of(random.gain(a.headSize())) : Optional.empty(),
                random.linear(prefix + "attn.out", a.hidden(), q, parts.bias()),
                random.norm(a),
                a.gated()
                        ? Optional.of(random.linear(prefix + "mlp.gate", middle, a.hidden(), false))
                        : Optional.empty(),
                random.linear(prefix + "mlp.up", middle, a.hidden(), parts.bias()),
                random.linear(prefix + "mlp.down", a.hidden(), middle, parts.bias()),
                random.norm(a));
    }

    /** An adapter of random frozen factors on every map of {@code base}. */
    public static Adapter adapter(
            Transformer base, Adapter.Kind kind, int rank, double scaling, long seed) {
        return adapter(base.linears(), kind, rank, scaling, seed);
    }

    /** An adapter of random frozen factors on {@code maps}; ranks alternate by one. */
    public static Adapter adapter(
            List<Linear> maps, Adapter.Kind kind, int rank, double scaling, long seed) {
        RandomWeights random = new RandomWeights(seed);
        List<Adapter.Target> targets =
                IntStream.range(0, maps.size())
                        .mapToObj(i -> target(maps.get(i), kind, rank + i % 2, scaling, random))
                        .toList();
        return new Adapter(kind, targets);
    }

    private static Adapter.Target target(
            Linear map, Adapter.Kind kind, int rank, double scaling, RandomWeights random) {
        return new Adapter.Target(
                map.name(),
                rank,
                map.in(),
                map.out(),
                scaling,
                kind.trainsA()
                        ? Optional.empty()
                        : Optional.of(random.values(rank * map.in(), 1 / Math.sqrt(map.in()))),
                kind.trainsB()
                        ? Optional.empty()
                        : Optional.of(random.values(map.out() * rank, 1 / Math.sqrt(rank))));
    }

    /** Normal deviates for {@code count} trained values. */
    public static float[] values(int count, double deviation, long seed) {
        return new RandomWeights(seed).values(count, deviation);
    }

    /** A matrix in memory. */
    public static Matrix matrix(int rows, int columns, float[] values) {
        return new FloatMatrix(rows, columns, values.clone());
    }

    @SuppressWarnings("ArrayRecordComponent") // read row by row, never compared
    private record FloatMatrix(int rows, int columns, float[] values) implements Matrix {
        @Override
        public void readRow(int row, float[] into, int offset) {
            System.arraycopy(values, row * columns, into, offset, columns);
        }

        @Override
        public long bytes() {
            return (long) Float.BYTES * values.length;
        }
    }

    /** Weights of sizes that keep the activations near one. */
    public static final class RandomWeights {
        private final Random random;

        /** Weights that {@code seed} decides. */
        public RandomWeights(long seed) {
            random = new Random(seed);
        }

        /** Normal deviates. */
        public float[] values(int count, double deviation) {
            float[] values = new float[count];
            for (int i = 0; i < count; i++) {
                values[i] = (float) (deviation * random.nextGaussian());
            }
            return values;
        }

        /** Deviates around one. */
        public float[] gain(int count) {
            float[] gain = values(count, 0.3);
            for (int i = 0; i < count; i++) {
                gain[i] += 1;
            }
            return gain;
        }

        /** A matrix of normal deviates. */
        public Matrix matrix(int rows, int columns, double deviation) {
            return new FloatMatrix(rows, columns, values(rows * columns, deviation));
        }

        /** A map that keeps the size of its input. */
        public Linear linear(String name, int out, int in, boolean bias) {
            return new Linear(
                    name,
                    matrix(out, in, 1 / Math.sqrt(in)),
                    bias ? Optional.of(values(out, 0.2)) : Optional.empty());
        }

        /** A norm over the hidden width; root-mean-square norms have no bias. */
        public Norm norm(Architecture a) {
            return new Norm(
                    gain(a.hidden()),
                    a.rms() ? Optional.empty() : Optional.of(values(a.hidden(), 0.2)));
        }
    }
}
