package dev.gossamer.client.tensor;

import dev.gossamer.client.model.EncoderShape;
import dev.gossamer.client.model.EncoderWeights;
import dev.gossamer.client.model.LinearRole;
import dev.gossamer.protocols.adapter.Basis;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A base model laid out for the engine, with the frozen factors of its adapters.
 *
 * <p>Immutable; one object serves all nodes of a process that share base and basis.
 */
final class FrozenEncoder {
    /** A layer norm's parameters. */
    record Norm(Tensor gain, Tensor bias) {
        static Norm of(EncoderWeights.Norm norm) {
            return new Norm(tensor(norm.gain()), tensor(norm.bias()));
        }
    }

    /** One layer. */
    record Layer(
            FusedLinear projections,
            FusedLinear attentionOutput,
            Norm attentionNorm,
            FusedLinear intermediate,
            FusedLinear output,
            Norm outputNorm) {
        private List<Integer> ranks() {
            return List.of(
                    projections.rank(), attentionOutput.rank(), intermediate.rank(), output.rank());
        }
    }

    private final EncoderShape shape;
    private final Tensor words;
    private final Tensor positions;
    private final Norm embeddingNorm;
    private final List<Layer> layers;
    private final int adapterSize;

    /**
     * Lays out {@code weights}; the R of target after target lie at the head of an adapter.
     *
     * @param basis empty for the bare base
     * @throws IllegalArgumentException if a target is no matrix of the base, or has other sides
     */
    FrozenEncoder(EncoderWeights weights, Optional<Basis> basis) {
        shape = weights.shape();
        words = tensor(weights.wordEmbeddings());
        positions = positionsAndType(weights);
        embeddingNorm = Norm.of(weights.embeddingNorm());
        List<Basis.Target> targets = basis.map(Basis::targets).orElse(List.of());
        Parts parts = new Parts(targets);
        List<Layer> built = new ArrayList<>();
        for (int layer = 0; layer < shape.layers(); layer++) {
            built.add(layer(weights.layers().get(layer), layer, parts));
        }
        layers = List.copyOf(built);
        parts.requireAllUsed();
        adapterSize = targets.stream().mapToInt(t -> t.rank() * t.rank()).sum();
    }

    private static Tensor tensor(FloatBuffer values) {
        Tensor tensor = Tensor.zeros(values.remaining());
        tensor.put(0, values.duplicate());
        return tensor;
    }

    /** Position embeddings with the first token type's added, which all our tokens have. */
    private static Tensor positionsAndType(EncoderWeights weights) {
        int hidden = weights.shape().hidden();
        FloatBuffer positions = weights.positionEmbeddings();
        FloatBuffer types = weights.tokenTypeEmbeddings();
        float[] sums = new float[positions.remaining()];
        for (int i = 0; i < sums.length; i++) {
            sums[i] =
                    positions.get(positions.position() + i)
                            + types.get(types.position() + i % hidden);
        }
        Tensor tensor = Tensor.zeros(sums.length);
        tensor.put(0, sums);
        return tensor;
    }

    private Layer layer(EncoderWeights.Layer w, int layer, Parts parts) {
        int h = shape.hidden();
        return new Layer(
                new FusedLinear(
                        h,
                        List.of(
                                parts.part(w.query(), LinearRole.QUERY, layer),
                                parts.part(w.key(), LinearRole.KEY, layer),
                                parts.part(w.value(), LinearRole.VALUE, layer))),
                single(h, parts.part(w.attentionOutput(), LinearRole.OUTPUT, layer)),
                Norm.of(w.attentionNorm()),
                single(h, parts.part(w.intermediate(), LinearRole.INTERMEDIATE, layer)),
                single(shape.intermediate(), parts.part(w.output(), LinearRole.FFN_OUTPUT, layer)),
                Norm.of(w.outputNorm()));
    }

    private static FusedLinear single(int in, FusedLinear.Part part) {
        return new FusedLinear(in, List.of(part));
    }

    /** Finds each matrix's target, and remembers which were found. */
    private static final class Parts {
        private final List<Basis.Target> targets;
        private final Set<String> used = new HashSet<>();

        Parts(List<Basis.Target> targets) {
            this.targets = targets;
        }

        FusedLinear.Part part(EncoderWeights.Linear linear, LinearRole role, int layer) {
            String name = role.moduleName(layer);
            int slice = 0;
            for (Basis.Target target : targets) {
                if (target.name().equals(name)) {
                    requireFit(target, linear);
                    used.add(name);
                    return new FusedLinear.Part(linear, Optional.of(target), slice);
                }
                slice += target.rank() * target.rank();
            }
            return new FusedLinear.Part(linear, Optional.empty(), 0);
        }

        private static void requireFit(Basis.Target target, EncoderWeights.Linear linear) {
            int out = linear.bias().remaining();
            int in = linear.weight().remaining() / out;
            if (target.in() != in || target.out() != out) {
                throw new IllegalArgumentException(
                        "basis does not fit the matrix: target="
                                + target.name()
                                + ", basis="
                                + target.out()
                                + "x"
                                + target.in()
                                + ", matrix="
                                + out
                                + "x"
                                + in);
            }
        }

        void requireAllUsed() {
            for (Basis.Target target : targets) {
                if (!used.contains(target.name())) {
                    throw new IllegalArgumentException(
                            "basis has a target that the model has not: target=" + target.name());
                }
            }
        }
    }

    EncoderShape shape() {
        return shape;
    }

    /** Whether buffers made for this encoder serve {@code other} as well. */
    boolean sameSizes(FrozenEncoder other) {
        return shape.equals(other.shape)
                && layers.stream()
                        .map(Layer::ranks)
                        .toList()
                        .equals(other.layers.stream().map(Layer::ranks).toList());
    }

    /** {@code [vocabulary × hidden]}. */
    Tensor words() {
        return words;
    }

    /** {@code [positions × hidden]}, the token type's embedding included. */
    Tensor positions() {
        return positions;
    }

    Norm embeddingNorm() {
        return embeddingNorm;
    }

    List<Layer> layers() {
        return layers;
    }

    /** How many values all R hold together. */
    int adapterSize() {
        return adapterSize;
    }
}
