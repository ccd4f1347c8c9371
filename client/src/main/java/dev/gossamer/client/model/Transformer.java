package dev.gossamer.client.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The frozen base: token ids in, one vector of {@code hidden} values a token out.
 *
 * @param words {@code [vocabulary × hidden]}
 * @param positions learned positions {@code [positions × hidden]}, the first for a sequence's first
 *     token
 * @param tokenTypes {@code [types × hidden]}, the first for a row's first text
 * @param embeddingNorm after the sum of the embeddings
 * @param finalNorm after the last block
 */
public record Transformer(
        Architecture architecture,
        Matrix words,
        Optional<Matrix> positions,
        Optional<Matrix> tokenTypes,
        Optional<Norm> embeddingNorm,
        List<Block> blocks,
        Optional<Norm> finalNorm) {
    /** Copies the list. */
    public Transformer {
        blocks = List.copyOf(blocks);
    }

    /** Every linear map that can carry an adapter, block after block in the order of the flow. */
    public List<Linear> linears() {
        List<Linear> all = new ArrayList<>();
        for (Block block : blocks) {
            all.addAll(block.projections());
            all.add(block.attentionOutput());
            block.gate().ifPresent(all::add);
            all.add(block.up());
            all.add(block.down());
        }
        return all;
    }

    /** The same model with every linear map of its blocks replaced. */
    public Transformer withLinears(UnaryOperator<Linear> replacement) {
        return new Transformer(
                architecture,
                words,
                positions,
                tokenTypes,
                embeddingNorm,
                blocks.stream().map(block -> block.withLinears(replacement)).toList(),
                finalNorm);
    }
}
