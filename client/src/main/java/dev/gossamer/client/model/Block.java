package dev.gossamer.client.model;

import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * One layer.
 *
 * <pre>
 * post-norm:  x = norm1(x + attention(x));    x = norm2(x + feedForward(x))
 * pre-norm:   x = x + attention(norm1(x));    x = x + feedForward(norm2(x))
 * feedForward(x) = down(act(up(x)))   or, gated,   down(act(gate(x)) * up(x))
 * </pre>
 *
 * @param projections query, key and value, or one map whose outputs are all three in this order
 * @param queryNorm gain of a norm over each head of the queries, {@code [headSize]}
 * @param keyNorm the same for the keys
 * @param gate of a gated feed-forward block
 */
public record Block(
        List<Linear> projections,
        Optional<float[]> queryNorm,
        Optional<float[]> keyNorm,
        Linear attentionOutput,
        Norm attentionNorm,
        Optional<Linear> gate,
        Linear up,
        Linear down,
        Norm feedForwardNorm) {
    /** Copies the list. */
    public Block {
        projections = List.copyOf(projections);
    }

    /** The same layer with every linear map replaced. */
    public Block withLinears(UnaryOperator<Linear> replacement) {
        return new Block(
                projections.stream().map(replacement).toList(),
                queryNorm,
                keyNorm,
                replacement.apply(attentionOutput),
                attentionNorm,
                gate.map(replacement),
                replacement.apply(up),
                replacement.apply(down),
                feedForwardNorm);
    }
}
