package dev.gossamer.client.weights;

import dev.gossamer.client.model.Architecture;
import dev.gossamer.client.model.Block;
import dev.gossamer.client.model.Head;
import dev.gossamer.client.model.Linear;
import dev.gossamer.client.model.Transformer;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * GPT-2, whose linear maps lie {@code [in × out]}.
 *
 * <pre>
 * x = wte[id] + wpe[p]
 * q, k, v = c_attn(norm(x));   x = x + c_proj(attention(q, k, v))
 * x = x + c_proj(gelu(c_fc(norm(x))))
 * of the next token = wteᵀ norm(x), or lm_head norm(x) where free
 * of a text = score norm(x[last]);   of a token = classifier norm(x)
 * </pre>
 */
final class Gpt2 implements Family {
    @Override
    public Set<String> modelTypes() {
        return Set.of("gpt2");
    }

    @Override
    public Map<String, HeadKind> classes() {
        return Map.of(
                "GPT2Model", HeadKind.NONE,
                "GPT2LMHeadModel", HeadKind.LANGUAGE_MODEL,
                "GPT2ForSequenceClassification", HeadKind.SEQUENCE_CLASSIFIER,
                "GPT2ForTokenClassification", HeadKind.TOKEN_CLASSIFIER);
    }

    @Override
    public Architecture architecture(ModelConfig config) {
        config.require("scale_attn_weights", true);
        config.require("scale_attn_by_inverse_layer_idx", false);
        config.require("add_cross_attention", false);
        int hidden = config.size("n_embd");
        int heads = config.size("n_head");
        return new Architecture(
                "gpt2",
                "transformer",
                config.size("n_layer"),
                hidden,
                heads,
                heads,
                config.share("n_embd", hidden, "n_head", heads),
                config.size("n_inner", 4 * hidden),
                config.size("vocab_size"),
                config.size("n_positions"),
                true,
                false,
                config.number("layer_norm_epsilon", 1e-5),
                config.activation("activation_function", "gelu_new"),
                false,
                true,
                Optional.empty(),
                OptionalInt.empty());
    }

    @Override
    public Transformer base(ModelConfig config, TensorSource tensors) {
        Architecture shape = architecture(config);
        List<Block> blocks = new ArrayList<>();
        for (int layer = 0; layer < shape.layers(); layer++) {
            blocks.add(block(shape, tensors, "h." + layer + "."));
        }
        int hidden = shape.hidden();
        return new Transformer(
                shape,
                tensors.stored("wte.weight", shape.vocabulary(), hidden),
                Optional.of(tensors.stored("wpe.weight", shape.positions(), hidden)),
                Optional.empty(),
                Optional.empty(),
                blocks,
                Optional.of(tensors.norm("ln_f", hidden)));
    }

    private static Block block(Architecture shape, TensorSource tensors, String layer) {
        int hidden = shape.hidden();
        int wide = shape.intermediate();
        return new Block(
                List.of(tensors.convolution(layer + "attn.c_attn", 3 * hidden, hidden)),
                Optional.empty(),
                Optional.empty(),
                tensors.convolution(layer + "attn.c_proj", hidden, hidden),
                tensors.norm(layer + "ln_1", hidden),
                Optional.empty(),
                tensors.convolution(layer + "mlp.c_fc", wide, hidden),
                tensors.convolution(layer + "mlp.c_proj", hidden, wide),
                tensors.norm(layer + "ln_2", hidden));
    }

    @Override
    public Head head(HeadKind kind, ModelConfig config, Transformer base, TensorSource tensors) {
        Architecture shape = base.architecture();
        return switch (kind) {
            case NONE -> throw new IllegalArgumentException("no head: kind=" + kind);
            case SEQUENCE_CLASSIFIER ->
                    new Head.SequenceClassifier(
                            Head.Pooling.LAST,
                            Optional.empty(),
                            classifier("score", config, shape, tensors, false));
            case TOKEN_CLASSIFIER ->
                    new Head.TokenClassifier(
                            classifier("classifier", config, shape, tensors, true));
            case LANGUAGE_MODEL ->
                    new Head.LanguageModel(
                            Optional.empty(),
                            Optional.empty(),
                            config.flag("tie_word_embeddings", true)
                                    ? base.words()
                                    : tensors.stored(
                                            "lm_head.weight", shape.vocabulary(), shape.hidden()),
                            Optional.empty());
        };
    }

    private static Linear classifier(
            String name,
            ModelConfig config,
            Architecture shape,
            TensorSource tensors,
            boolean biased) {
        int classes = Family.classes(name, config, tensors);
        return tensors.linear(name, classes, shape.hidden(), biased);
    }
}
