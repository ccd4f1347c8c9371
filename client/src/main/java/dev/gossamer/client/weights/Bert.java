package dev.gossamer.client.weights;

import dev.gossamer.client.model.Activation;
import dev.gossamer.client.model.Architecture;
import dev.gossamer.client.model.Block;
import dev.gossamer.client.model.Head;
import dev.gossamer.client.model.Head.Dense;
import dev.gossamer.client.model.Linear;
import dev.gossamer.client.model.Matrix;
import dev.gossamer.client.model.Transformer;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * BERT (arXiv 1810.04805).
 *
 * <pre>
 * x = norm(word[id] + position[p] + type[t])
 * x = norm(x + dense(attention(query(x), key(x), value(x))))
 * x = norm(x + output(gelu(intermediate(x))))
 *
 * of a text:    classifier(tanh(pooler(x[0])))
 * of a token:   classifier(x)
 * of a mask:    wordᵀ norm(gelu(transform(x))) + bias
 * </pre>
 */
final class Bert implements Family {
    static final String PREFIX = "bert";
    private static final String POOLER = "pooler.dense";
    private static final String LANGUAGE_MODEL = "cls.predictions.";

    @Override
    public Set<String> modelTypes() {
        return Set.of("bert");
    }

    @Override
    public Map<String, HeadKind> classes() {
        return Map.of(
                "BertModel", HeadKind.NONE,
                "BertForSequenceClassification", HeadKind.SEQUENCE_CLASSIFIER,
                "BertForTokenClassification", HeadKind.TOKEN_CLASSIFIER,
                "BertForMaskedLM", HeadKind.LANGUAGE_MODEL,
                "BertForPreTraining", HeadKind.LANGUAGE_MODEL);
    }

    @Override
    public Architecture architecture(ModelConfig config) {
        return architecture(config, PREFIX, config.size("max_position_embeddings"));
    }

    /** The sizes of BERT's own shape, which RoBERTa shares. */
    static Architecture architecture(ModelConfig config, String prefix, int positions) {
        config.require("is_decoder", false);
        String kind = config.text("position_embedding_type").orElse("absolute");
        if (!kind.equals("absolute")) {
            throw config.wrong("setting is not there: name=position_embedding_type, value=" + kind);
        }
        int hidden = config.size("hidden_size");
        int heads = config.size("num_attention_heads");
        return new Architecture(
                config.text("model_type").orElse("bert"),
                prefix,
                config.size("num_hidden_layers"),
                hidden,
                heads,
                heads,
                config.share("hidden_size", hidden, "num_attention_heads", heads),
                config.size("intermediate_size"),
                config.size("vocab_size"),
                positions,
                false,
                false,
                config.number("layer_norm_eps", 1e-12),
                config.activation("hidden_act", "gelu"),
                false,
                false,
                Optional.empty(),
                OptionalInt.empty());
    }

    @Override
    public Transformer base(ModelConfig config, TensorSource tensors) {
        Architecture shape = architecture(config);
        return base(
                shape,
                tensors,
                tensors.stored(
                        "embeddings.position_embeddings.weight", shape.positions(), shape.hidden()),
                config.size("type_vocab_size", 2));
    }

    static Transformer base(Architecture shape, TensorSource tensors, Matrix positions, int types) {
        List<Block> blocks = new ArrayList<>();
        for (int layer = 0; layer < shape.layers(); layer++) {
            blocks.add(block(shape, tensors, "encoder.layer." + layer + "."));
        }
        int hidden = shape.hidden();
        return new Transformer(
                shape,
                tensors.stored("embeddings.word_embeddings.weight", shape.vocabulary(), hidden),
                Optional.of(positions),
                Optional.of(
                        tensors.stored("embeddings.token_type_embeddings.weight", types, hidden)),
                Optional.of(tensors.norm("embeddings.LayerNorm", hidden)),
                blocks,
                Optional.empty());
    }

    private static Block block(Architecture shape, TensorSource tensors, String layer) {
        int hidden = shape.hidden();
        int wide = shape.intermediate();
        return new Block(
                List.of(
                        tensors.linear(layer + "attention.self.query", hidden, hidden),
                        tensors.linear(layer + "attention.self.key", hidden, hidden),
                        tensors.linear(layer + "attention.self.value", hidden, hidden)),
                Optional.empty(),
                Optional.empty(),
                tensors.linear(layer + "attention.output.dense", hidden, hidden),
                tensors.norm(layer + "attention.output.LayerNorm", hidden),
                Optional.empty(),
                tensors.linear(layer + "intermediate.dense", wide, hidden),
                tensors.linear(layer + "output.dense", hidden, wide),
                tensors.norm(layer + "output.LayerNorm", hidden));
    }

    @Override
    public Head head(HeadKind kind, ModelConfig config, Transformer base, TensorSource tensors) {
        int hidden = base.architecture().hidden();
        return switch (kind) {
            case NONE -> throw new IllegalArgumentException("no head: kind=" + kind);
            case SEQUENCE_CLASSIFIER -> {
                Dense pooler = pooler(tensors.base(PREFIX), hidden);
                yield new Head.SequenceClassifier(
                        Head.Pooling.FIRST,
                        Optional.of(pooler),
                        classifier(config, hidden, tensors));
            }
            case TOKEN_CLASSIFIER -> new Head.TokenClassifier(classifier(config, hidden, tensors));
            case LANGUAGE_MODEL ->
                    languageModel(
                            base,
                            config.flag("tie_word_embeddings", true)
                                    ? base.words()
                                    : tensors.stored(
                                            LANGUAGE_MODEL + "decoder.weight",
                                            base.architecture().vocabulary(),
                                            hidden),
                            tensors);
        };
    }

    @Override
    public Optional<Dense> pooler(Transformer base, TensorSource tensors) {
        return tensors.has(POOLER + ".weight")
                ? Optional.of(pooler(tensors, base.architecture().hidden()))
                : Optional.empty();
    }

    private static Dense pooler(TensorSource tensors, int hidden) {
        return pooler(tensors.linear(POOLER, hidden, hidden));
    }

    /** The pooler by the name of its module within the whole model. */
    static Dense pooler(Linear linear) {
        return new Dense(
                new Linear(PREFIX + "." + POOLER, linear.weight(), linear.bias()), Activation.TANH);
    }

    private static Linear classifier(ModelConfig config, int hidden, TensorSource tensors) {
        return tensors.linear("classifier", Family.classes("classifier", config, tensors), hidden);
    }

    static Head languageModel(Transformer base, Matrix output, TensorSource tensors) {
        int hidden = base.architecture().hidden();
        return new Head.LanguageModel(
                Optional.of(
                        new Head.Dense(
                                tensors.linear(LANGUAGE_MODEL + "transform.dense", hidden, hidden),
                                base.architecture().activation())),
                Optional.of(tensors.norm(LANGUAGE_MODEL + "transform.LayerNorm", hidden)),
                output,
                Optional.of(
                        tensors.vector(LANGUAGE_MODEL + "bias", base.architecture().vocabulary())));
    }
}
