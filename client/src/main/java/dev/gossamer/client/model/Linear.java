package dev.gossamer.client.model;

import java.util.Optional;

/**
 * A frozen linear map {@code y = W x + b}.
 *
 * @param name its module within the base model, as Hugging Face names it: {@code
 *     encoder.layer.0.attention.self.query}, {@code layers.3.mlp.down_proj}, {@code
 *     h.1.attn.c_attn}
 * @param weight {@code [out × in]}
 * @param bias {@code [out]}
 */
public record Linear(String name, Matrix weight, Optional<float[]> bias) {
    /** A map whose bias fits. */
    public Linear {
        if (bias.filter(b -> b.length != weight.rows()).isPresent()) {
            throw new IllegalArgumentException(
                    "bias does not fit: name="
                            + name
                            + ", bias="
                            + bias.get().length
                            + ", out="
                            + weight.rows());
        }
    }

    /** The width of the output. */
    public int out() {
        return weight.rows();
    }

    /** The width of the input. */
    public int in() {
        return weight.columns();
    }
}
