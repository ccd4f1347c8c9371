package dev.gossamer.client.model;

/** The non-linearity of a feed-forward block or of a head. */
public enum Activation {
    /** {@code x Φ(x)} with the exact normal distribution function. */
    GELU,
    /** GELU by the tanh approximation, as GPT-2 has it. */
    GELU_TANH,
    /** {@code x σ(x)}; gates a feed-forward block as SwiGLU. */
    SILU,
    /** {@code max(x, 0)}. */
    RELU,
    /** The hyperbolic tangent. */
    TANH
}
