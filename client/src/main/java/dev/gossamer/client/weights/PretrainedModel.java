package dev.gossamer.client.weights;

import dev.gossamer.client.model.Head;
import dev.gossamer.client.model.Transformer;
import dev.gossamer.client.text.Tokenizer;

import java.util.List;
import java.util.Optional;

/**
 * A model as its files hold it: the frozen base, the head that came with it, and its tokeniser.
 *
 * @param name the built-in name, or the folder or file that it came from
 * @param head where the files hold one
 * @param pooler the hidden map of a classifier of the family's own, where the files hold it without
 *     a classifier
 * @param labels the classes by name, where the files name them
 * @param chatTemplate of the tokeniser, a Jinja template
 * @param licence by its SPDX name, {@code unknown} where nothing says it
 * @param bytes of the stored weights
 */
public record PretrainedModel(
        String name,
        Transformer base,
        Optional<Head> head,
        Optional<Head.Dense> pooler,
        List<String> labels,
        Optional<Tokenizer> tokenizer,
        Optional<String> chatTemplate,
        String licence,
        long bytes) {
    /** Copies the list. */
    public PretrainedModel {
        labels = List.copyOf(labels);
    }

    /** A model without a pooler beside its head. */
    public PretrainedModel(
            String name,
            Transformer base,
            Optional<Head> head,
            List<String> labels,
            Optional<Tokenizer> tokenizer,
            Optional<String> chatTemplate,
            String licence,
            long bytes) {
        this(name, base, head, Optional.empty(), labels, tokenizer, chatTemplate, licence, bytes);
    }

    /** The same model with a pooler. */
    PretrainedModel withPooler(Optional<Head.Dense> found) {
        return new PretrainedModel(
                name, base, head, found, labels, tokenizer, chatTemplate, licence, bytes);
    }
}
