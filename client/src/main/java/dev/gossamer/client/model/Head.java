package dev.gossamer.client.model;

import java.util.Optional;

/**
 * What a task puts on the base's outputs.
 *
 * <p>The linear maps of a head that came with its model go by the names of their modules within the
 * whole model, the base's prefix included: {@code classifier}, {@code bert.pooler.dense}.
 */
public sealed interface Head {
    /** A linear map with an activation after it. */
    record Dense(Linear linear, Activation activation) {}

    /** How a sequence becomes one vector. */
    enum Pooling {
        /** The mean of its tokens. */
        MEAN,
        /** Its first token. */
        FIRST,
        /** Its last token, which alone has seen all others where the base is causal. */
        LAST
    }

    /**
     * Class scores of a sequence.
     *
     * @param hidden between pooling and output, as Hugging Face's own heads have it
     * @param output {@code [classes × hidden]}
     */
    record SequenceClassifier(Pooling pooling, Optional<Dense> hidden, Linear output)
            implements Head {}

    /**
     * Class scores of each token.
     *
     * @param output {@code [classes × hidden]}
     */
    record TokenClassifier(Linear output) implements Head {}

    /**
     * Scores of the vocabulary at each token; of the token itself where it is masked, of the next
     * where the base is causal.
     *
     * @param transform before the output, followed by {@code norm}: BERT's
     * @param output {@code [vocabulary × hidden]}, the word embeddings themselves where tied
     * @param bias {@code [vocabulary]}
     */
    record LanguageModel(
            Optional<Dense> transform, Optional<Norm> norm, Matrix output, Optional<float[]> bias)
            implements Head {}
}
