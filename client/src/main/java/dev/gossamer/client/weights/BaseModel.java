package dev.gossamer.client.weights;

import dev.gossamer.client.model.EncoderWeights;
import dev.gossamer.client.text.Tokenizer;

/**
 * A frozen base: weights and the tokeniser they were trained with.
 *
 * @param sizeBytes of the weights file
 */
public record BaseModel(
        String name, EncoderWeights weights, Tokenizer tokenizer, String licence, long sizeBytes) {}
