package dev.gossamer.client.weights;

import dev.gossamer.client.model.Activation;
import dev.gossamer.client.model.Architecture;
import dev.gossamer.client.model.Head;
import dev.gossamer.client.model.Transformer;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * RoBERTa (arXiv 1907.11692), and XLM-RoBERTa and CamemBERT, which have its shape.
 *
 * <pre>
 * as BERT, but the first token of a text has the position after the padding token's number
 *
 * of a text:    out_proj(tanh(dense(x[0])))
 * of a token:   classifier(x)
 * of a mask:    wordᵀ norm(gelu(dense(x))) + bias
 * </pre>
 */
final class Roberta implements Family {
    private static final String PREFIX = "roberta";

    @Override
    public Set<String> modelTypes() {
        return Set.of("roberta", "xlm-roberta", "camembert");
    }

    @Override
    public Map<String, HeadKind> classes() {
        return Map.ofEntries(
                Map.entry("RobertaModel", HeadKind.NONE),
                Map.entry("RobertaForSequenceClassification", HeadKind.SEQUENCE_CLASSIFIER),
                Map.entry("RobertaForTokenClassification", HeadKind.TOKEN_CLASSIFIER),
                Map.entry("RobertaForMaskedLM", HeadKind.LANGUAGE_MODEL),
                Map.entry("XLMRobertaModel", HeadKind.NONE),
                Map.entry("XLMRobertaForSequenceClassification", HeadKind.SEQUENCE_CLASSIFIER),
                Map.entry("XLMRobertaForTokenClassification", HeadKind.TOKEN_CLASSIFIER),
                Map.entry("XLMRobertaForMaskedLM", HeadKind.LANGUAGE_MODEL),
                Map.entry("CamembertModel", HeadKind.NONE),
                Map.entry("CamembertForSequenceClassification", HeadKind.SEQUENCE_CLASSIFIER),
                Map.entry("CamembertForTokenClassification", HeadKind.TOKEN_CLASSIFIER),
                Map.entry("CamembertForMaskedLM", HeadKind.LANGUAGE_MODEL));
    }

    private static int firstPosition(ModelConfig config) {
        return config.index("pad_token_id", 1) + 1;
    }

    @Override
    public Architecture architecture(ModelConfig config) {
        int stored = config.size("max_position_embeddings");
        int first = firstPosition(config);
        if (stored <= first) {
            throw config.wrong(
                    "no positions after the padding token's: max_position_embeddings="
                            + stored
                            + ", first="
                            + first);
        }
        return Bert.architecture(config, PREFIX, stored - first);
    }

    @Override
    public Transformer base(ModelConfig config, TensorSource tensors) {
        Architecture shape = architecture(config);
        int first = firstPosition(config);
        DenseMatrix positions =
                tensors.stored(
                        "embeddings.position_embeddings.weight",
                        first + shape.positions(),
                        shape.hidden());
        return Bert.base(
                shape,
                tensors,
                positions.rowRange(first, shape.positions()),
                config.size("type_vocab_size", 2));
    }

    @Override
    public Head head(HeadKind kind, ModelConfig config, Transformer base, TensorSource tensors) {
        int hidden = base.architecture().hidden();
        return switch (kind) {
            case NONE -> throw new IllegalArgumentException("no head: kind=" + kind);
            case SEQUENCE_CLASSIFIER -> {
                int classes = Family.classes("classifier.out_proj", config, tensors);
                yield new Head.SequenceClassifier(
                        Head.Pooling.FIRST,
                        Optional.of(
                                new Head.Dense(
                                        tensors.linear("classifier.dense", hidden, hidden),
                                        Activation.TANH)),
                        tensors.linear("classifier.out_proj", classes, hidden));
            }
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
                                tensors.linear("lm_head.dense", hidden, hidden), Activation.GELU)),
                Optional.of(tensors.norm("lm_head.layer_norm", hidden)),
                config.flag("tie_word_embeddings", true)
                        ? base.words()
                        : tensors.stored("lm_head.decoder.weight", vocabulary, hidden),
                Optional.of(tensors.vector("lm_head.bias", vocabulary)));
    }
}
