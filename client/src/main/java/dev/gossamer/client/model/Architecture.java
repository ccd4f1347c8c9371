package dev.gossamer.client.model;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * The sizes and choices of a transformer: with these, one block serves every family.
 *
 * @param family what {@code model_type} says, as {@code bert} or {@code llama}
 * @param prefix of the base model's modules within a model with a head, as {@code bert} or {@code
 *     model}; the names of {@link Linear} go without it
 * @param heads of the queries
 * @param keyValueHeads divides {@code heads}
 * @param headSize of one head; {@code heads × headSize} need not be {@code hidden}
 * @param positions the longest sequence
 * @param preNorm whether a norm stands before each sub-block rather than after its residual sum
 * @param rms whether norms are root-mean-square norms
 * @param causal whether a token sees none after it
 * @param window how many tokens each token sees, itself included; empty: all
 */
public record Architecture(
        String family,
        String prefix,
        int layers,
        int hidden,
        int heads,
        int keyValueHeads,
        int headSize,
        int intermediate,
        int vocabulary,
        int positions,
        boolean preNorm,
        boolean rms,
        double normEpsilon,
        Activation activation,
        boolean gated,
        boolean causal,
        Optional<Rotary> rotary,
        OptionalInt window) {
    /** Sizes that fit together. */
    public Architecture {
        requireAtLeastOne("layers", layers);
        requireAtLeastOne("hidden", hidden);
        requireAtLeastOne("heads", heads);
        requireAtLeastOne("keyValueHeads", keyValueHeads);
        requireAtLeastOne("headSize", headSize);
        requireAtLeastOne("intermediate", intermediate);
        requireAtLeastOne("vocabulary", vocabulary);
        requireAtLeastOne("positions", positions);
        if (heads % keyValueHeads != 0) {
            throw new IllegalArgumentException(
                    "key-value heads do not divide the heads: heads="
                            + heads
                            + ", keyValueHeads="
                            + keyValueHeads);
        }
        if (!(normEpsilon > 0)) {
            throw new IllegalArgumentException("bad norm epsilon: epsilon=" + normEpsilon);
        }
    }

    private static void requireAtLeastOne(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(
                    "bad architecture: " + name + "=" + value + ", bound=1");
        }
    }

    /** The width of all queries of a token. */
    public int queryWidth() {
        return heads * headSize;
    }

    /** The width of all keys, and of all values, of a token. */
    public int keyValueWidth() {
        return keyValueHeads * headSize;
    }
}
