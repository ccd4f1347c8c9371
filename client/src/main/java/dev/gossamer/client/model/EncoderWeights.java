package dev.gossamer.client.model;

import java.nio.FloatBuffer;
import java.util.List;

/**
 * The frozen weights of an encoder by role, as read from a file (and possibly mapped from it).
 *
 * <p>Matrices are row-major {@code [out × in]}; embeddings {@code [count × hidden]}.
 *
 * @param wordEmbeddings {@code [vocabulary × hidden]}
 * @param positionEmbeddings {@code [positions × hidden]}
 * @param tokenTypeEmbeddings {@code [tokenTypes × hidden]}
 */
public record EncoderWeights(
        EncoderShape shape,
        FloatBuffer wordEmbeddings,
        FloatBuffer positionEmbeddings,
        FloatBuffer tokenTypeEmbeddings,
        Norm embeddingNorm,
        List<Layer> layers) {

    /** A linear map: weight {@code [out × in]}, bias {@code [out]}. */
    public record Linear(FloatBuffer weight, FloatBuffer bias) {}

    /** A layer norm: gain and bias, both {@code [hidden]}. */
    public record Norm(FloatBuffer gain, FloatBuffer bias) {}

    /** One layer's weights. */
    public record Layer(
            Linear query,
            Linear key,
            Linear value,
            Linear attentionOutput,
            Norm attentionNorm,
            Linear intermediate,
            Linear output,
            Norm outputNorm) {}
}
