package dev.gossamer.client.tensor;

import dev.gossamer.client.model.Architecture;
import dev.gossamer.client.model.Block;
import dev.gossamer.client.model.Linear;
import dev.gossamer.client.model.Norm;
import dev.gossamer.client.model.Transformer;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A base laid out for the engine.
 *
 * <p>The weights never change; the tails of the products belong to whoever holds the base's lock.
 */
final class FrozenTransformer {
    /** How many groups of maps a layer has. */
    static final int GROUPS = 4;

    /** One layer. */
    record Layer(
            LinearGroup projections,
            Optional<FrozenNorm> queryNorm,
            Optional<FrozenNorm> keyNorm,
            LinearGroup attentionOutput,
            FrozenNorm attentionNorm,
            LinearGroup feedForward,
            LinearGroup down,
            FrozenNorm feedForwardNorm) {
        /** The groups in the order of the flow. */
        List<LinearGroup> groups() {
            return List.of(projections, attentionOutput, feedForward, down);
        }
    }

    private final Architecture architecture;
    private final Kernels kernels;
    private final Embeddings embeddings;
    private final Optional<FrozenNorm> embeddingNorm;
    private final List<Layer> layers;
    private final Optional<FrozenNorm> finalNorm;
    private final Optional<RotaryTable> rotary;

    /**
     * Lays out {@code base} by the threads of {@code workers}.
     *
     * @param pack how the maps of one input are stored
     */
    FrozenTransformer(
            Transformer base,
            FrozenRows words,
            Function<List<Linear>, FrozenProduct> pack,
            Kernels kernels,
            Workers workers) {
        architecture = base.architecture();
        this.kernels = kernels;
        embeddings = new Embeddings(base, words, kernels);
        embeddingNorm = base.embeddingNorm().map(this::norm);
        finalNorm = base.finalNorm().map(this::norm);
        rotary = architecture.rotary().map(RotaryTable::new);
        List<List<Linear>> groups =
                base.blocks().stream().flatMap(FrozenTransformer::groups).toList();
        List<LinearGroup> packed =
                workers.map(groups, linears -> LinearGroup.of(linears, pack.apply(linears)));
        List<Layer> built = new ArrayList<>();
        for (int layer = 0; layer < base.blocks().size(); layer++) {
            int from = GROUPS * layer;
            built.add(layer(base.blocks().get(layer), packed.subList(from, from + GROUPS)));
        }
        layers = List.copyOf(built);
    }

    private static Stream<List<Linear>> groups(Block block) {
        return Stream.of(
                block.projections(),
                List.of(block.attentionOutput()),
                Stream.concat(block.gate().stream(), Stream.of(block.up())).toList(),
                List.of(block.down()));
    }

    private Layer layer(Block block, List<LinearGroup> groups) {
        return new Layer(
                groups.get(0),
                block.queryNorm().map(this::headNorm),
                block.keyNorm().map(this::headNorm),
                groups.get(1),
                norm(block.attentionNorm()),
                groups.get(2),
                groups.get(3),
                norm(block.feedForwardNorm()));
    }

    private FrozenNorm norm(Norm norm) {
        return FrozenNorm.of(norm, architecture.rms(), architecture.normEpsilon(), kernels);
    }

    private FrozenNorm headNorm(float[] gain) {
        return FrozenNorm.of(
                gain, Optional.empty(), architecture.rms(), architecture.normEpsilon(), kernels);
    }

    Architecture architecture() {
        return architecture;
    }

    Kernels kernels() {
        return kernels;
    }

    Embeddings embeddings() {
        return embeddings;
    }

    Optional<FrozenNorm> embeddingNorm() {
        return embeddingNorm;
    }

    List<Layer> layers() {
        return layers;
    }

    Optional<FrozenNorm> finalNorm() {
        return finalNorm;
    }

    Optional<RotaryTable> rotary() {
        return rotary;
    }

    /** All groups in the order of the flow, {@link #GROUPS} a layer. */
    List<LinearGroup> groups() {
        return layers.stream().flatMap(layer -> layer.groups().stream()).toList();
    }

    /** The width of a feed-forward block's products before its activation. */
    int feedForwardWidth() {
        return architecture.intermediate() * (architecture.gated() ? 2 : 1);
    }

    /** The width of the projections of a token. */
    int projectionWidth() {
        return architecture.queryWidth() + 2 * architecture.keyValueWidth();
    }

    /** How many bytes the maps and the embeddings take. */
    long bytes() {
        return embeddings.bytes()
                + groups().stream().mapToLong(group -> group.product().bytes()).sum();
    }

    /** How many weights the maps hold: a step's work for one token, but for a factor. */
    long weights() {
        return groups().stream().mapToLong(group -> (long) group.in() * group.out()).sum();
    }
}
