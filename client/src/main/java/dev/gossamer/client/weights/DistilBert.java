package dev.gossamer.client.weights;

import dev.gossamer.client.model.Activation;
import dev.gossamer.client.model.Architecture;
import dev.gossamer.client.model.Block;
import dev.gossamer.client.model.Head;
import dev.gossamer.client.model.Transformer;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * DistilBERT (arXiv 1910.01108).
 *
 * <pre>
 * x = norm(word[id] + position[p])
 * x = norm(x + out_lin(attention(q_lin(x), k_lin(x), v_lin(x))))
 * x = norm(x + lin2(gelu(lin1(x))))
 *
 * of a text:    classifier(relu(pre_classifier(x[0])))
 * of a token:   classifier(x)
 * of a mask:    wordᵀ norm(gelu(transform(x))) + bias
 * </pre>
 */
final class DistilBert implements Family {
    @Override
    public Set<String> modelTypes() {
        return Set.of("distilbert");
    }

    @Override
    public Map<String, HeadKind> classes() {
        return Map.of(
                "DistilBertModel", HeadKind.NONE,
                "DistilBertForSequenceClassification", HeadKind.SEQUENCE_CLASSIFIER,
                "DistilBertForTokenClassification", HeadKind.TOKEN_CLASSIFIER,
                "DistilBertForMaskedLM", HeadKind.LANGUAGE_MODEL);
    }

    @Override
    public Architecture architecture(ModelConfig config) {
        int hidden = config.size("dim");
        int heads = config.size("n_heads");
        return new Architecture(
                "distilbert",
                "distilbert",
                config.size("n_layers"),
                hidden,
                heads,
                heads,
                config.share("dim", hidden, "n_heads", heads),
                config.size("hidden_dim"),
                config.size("vocab_size"),
                config.size("max_position_embeddings"),
                false,
                false,
                1e-12,
                config.activation("activation", "gelu"),
                false,
                false,
                Optional.empty(),
                OptionalInt.empty());
    }

    @Override
    public Transformer base(ModelConfig config, TensorSource tensors) {
        Architecture shape = architecture(config);
        List<Block> blocks = new ArrayList<>();
        for (int layer = 0; layer < shape.layers(); layer++) {
            blocks.add(block(shape, tensors, "transformer.layer." + layer + "."));
        }
        int hidden = shape.hidden();
        return new Transformer(
                shape,
                tensors.stored("embeddings.word_embeddings.weight", shape.vocabulary(), hidden),
                Optional.of(
                        tensors.stored(
                                "embeddings.position_embeddings.weight",
                                shape.positions(),
                                hidden)),
                Optional.empty(),
                Optional.of(tensors.norm("embeddings.LayerNorm", hidden)),
                blocks,
                Optional.empty());
    }

    private static Block block(Architecture shape, TensorSource tensors, String layer) {
        int hidden = shape.hidden();
        int wide = shape.intermediate();
        return new Block(
                List.of(
                        tensors.linear(layer + "attention.q_lin", hidden, hidden),
                        tensors.linear(layer + "attention.k_lin", hidden, hidden),
                        tensors.linear(layer + "attention.v_lin", hidden, hidden)),
                Optional.empty(),
                Optional.empty(),
                tensors.linear(layer + "attention.out_lin", hidden, hidden),
                tensors.norm(layer + "sa_layer_norm", hidden),
                Optional.empty(),
                tensors.linear(layer + "ffn.lin1", wide, hidden),
                tensors.linear(layer + "ffn.lin2", hidden, wide),
                tensors.norm(layer + "output_layer_norm", hidden));
    }

    @Override
    public Head head(HeadKind kind, ModelConfig config, Transformer base, TensorSource tensors) {
        int hidden = base.architecture().hidden();
        return switch (kind) {
            case NONE -> throw new IllegalArgumentException("no head: kind=" + kind);
            case SEQUENCE_CLASSIFIER ->
                    new Head.SequenceClassifier(
                            Head.Pooling.FIRST,
                            Optional.of(
                                    new Head.Dense(
                                            tensors.linear("pre_classifier", hidden, hidden),
                                            Activation.RELU)),
                            tensors.linear(
                                    "classifier",
                                    Family.classes("classifier", config, tensors),
                                    hidden));
            case TOKEN_CLASSIFIER ->
                    new Head.TokenClassifier(
                            tensors.linear(
                                    "classifier",
                                    Family.classes("classifier", config, tensors),
                                    hidden));
            case LANGUAGE_MODEL -> languageModel(config, base, tensors);
        };
    }

    private static Head languageModel(ModelConfig config, Transformer base, TensorSource tensors) {
        int hidden = base.architecture().hidden();
        int vocabulary = base.architecture().vocabulary();
        return new Head.LanguageModel(
                Optional.of(
                        new Head.Dense(
                                tensors.linear("vocab_transform", hidden, hidden),
                                base.architecture().activation())),
                Optional.of(tensors.norm("vocab_layer_norm", hidden)),
                config.flag("tie_word_embeddings", true)
                        ? base.words()
                        : tensors.stored("vocab_projector.weight", vocabulary, hidden),
                Optional.of(tensors.vector("vocab_projector.bias", vocabulary)));
    }
}
