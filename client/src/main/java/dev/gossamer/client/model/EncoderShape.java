package dev.gossamer.client.model;

/**
 * The sizes of a BERT-shaped encoder: post-norm, erf GELU, learned positions.
 *
 * @param layerNormEpsilon added to the variance
 */
public record EncoderShape(
        int layers,
        int hidden,
        int heads,
        int intermediate,
        int vocabulary,
        int positions,
        int tokenTypes,
        double layerNormEpsilon) {
    /** Sizes that fit together. */
    public EncoderShape {
        if (layers < 1
                || heads < 1
                || hidden < heads
                || hidden % heads != 0
                || intermediate < 1
                || vocabulary < 1
                || positions < 1
                || tokenTypes < 1
                || !(layerNormEpsilon > 0)) {
            throw new IllegalArgumentException(
                    "bad encoder shape: layers="
                            + layers
                            + ", hidden="
                            + hidden
                            + ", heads="
                            + heads
                            + ", intermediate="
                            + intermediate);
        }
    }

    /** The width of one attention head. */
    public int headSize() {
        return hidden / heads;
    }
}
