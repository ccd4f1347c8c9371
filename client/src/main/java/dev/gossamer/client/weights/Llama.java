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
import java.util.TreeMap;

/**
 * Llama (arXiv 2302.13971), and what has its shape: Mistral, Qwen2, Qwen3, SmolLM2.
 *
 * <pre>
 * x = word[id]
 * h = rms(x);   x = x + o(attention(rotate(q(h)), rotate(k(h)), v(h)))
 * h = rms(x);   x = x + down(silu(gate(h)) * up(h))
 * of the next token = lm_head rms(x), or wordᵀ rms(x) where tied
 * of a text = score rms(x[last]);   of a token = score rms(x)
 *
 * Mistral:  a token sees only the last {@code sliding_window}
 * Qwen2:    q, k and v have biases
 * Qwen3:    rotate(rms(q(h))), rotate(rms(k(h))), over each head
 * </pre>
 */
final class Llama implements Family {
    private static final String QWEN2 = "qwen2";
    private static final String QWEN3 = "qwen3";

    /** How many of Qwen's first layers see all tokens where a config does not say. */
    private static final int QWEN_FULL_LAYERS = 28;

    @Override
    public Set<String> modelTypes() {
        return Set.of("llama", "mistral", QWEN2, QWEN3);
    }

    @Override
    public Map<String, HeadKind> classes() {
        Map<String, HeadKind> classes = new TreeMap<>();
        for (String name : List.of("Llama", "Mistral", "Qwen2", "Qwen3")) {
            classes.put(name + "Model", HeadKind.NONE);
            classes.put(name + "ForCausalLM", HeadKind.LANGUAGE_MODEL);
            classes.put(name + "ForSequenceClassification", HeadKind.SEQUENCE_CLASSIFIER);
            classes.put(name + "ForTokenClassification", HeadKind.TOKEN_CLASSIFIER);
        }
        return classes;
    }

    @Override
    public Architecture architecture(ModelConfig config) {
        int hidden = config.size("hidden_size");
        int heads = config.size("num_attention_heads");
        int headSize =
                config.optionalSize("head_dim")
                        .orElseGet(
                                () ->
                                        config.share(
                                                "hidden_size",
                                                hidden,
                                                "num_attention_heads",
                                                heads));
        return new Architecture(
                modelType(config),
                "model",
                config.size("num_hidden_layers"),
                hidden,
                heads,
                config.size("num_key_value_heads", heads),
                headSize,
                config.size("intermediate_size"),
                config.size("vocab_size"),
                config.size("max_position_embeddings"),
                true,
                true,
                config.number("rms_norm_eps", 1e-6),
                config.activation("hidden_act", "silu"),
                true,
                true,
                Optional.of(RotaryScaling.read(config, headSize)),
                window(config));
    }

    private static String modelType(ModelConfig config) {
        return config.text("model_type").orElse("llama");
    }

    /** The window of all layers; Qwen has it switched off, or in its later layers only. */
    private static OptionalInt window(ModelConfig config) {
        String type = modelType(config);
        Optional<Integer> stated = config.optionalSize("sliding_window");
        if (stated.isEmpty()
                || type.equals("llama")
                || (type.startsWith("qwen") && !config.flag("use_sliding_window", false))) {
            return OptionalInt.empty();
        }
        int layers = config.size("num_hidden_layers");
        int fullLayers = type.startsWith("qwen") ? QWEN_FULL_LAYERS : 0;
        List<String> kinds = config.texts("layer_types");
        long sliding =
                kinds.isEmpty()
                        ? layers - Math.min(layers, config.index("max_window_layers", fullLayers))
                        : kinds.stream().filter("sliding_attention"::equals).count();
        if (sliding == 0) {
            return OptionalInt.empty();
        }
        if (sliding != layers) {
            throw config.wrong(
                    "a sliding window in some layers only is not there: layers="
                            + layers
                            + ", with a window="
                            + sliding);
        }
        return OptionalInt.of(stated.get());
    }

    @Override
    public Transformer base(ModelConfig config, TensorSource tensors) {
        Architecture shape = architecture(config);
        Biases biases = Biases.of(config);
        List<Block> blocks = new ArrayList<>();
        for (int layer = 0; layer < shape.layers(); layer++) {
            blocks.add(block(shape, biases, tensors, "layers." + layer + "."));
        }
        return new Transformer(
                shape,
                tensors.stored("embed_tokens.weight", shape.vocabulary(), shape.hidden()),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                blocks,
                Optional.of(tensors.rmsNorm("norm", shape.hidden())));
    }

    /** Which linear maps have one. */
    private record Biases(boolean queryKeyValue, boolean attentionOutput, boolean feedForward) {
        static Biases of(ModelConfig config) {
            boolean attention = config.flag("attention_bias", false);
            return modelType(config).equals(QWEN2)
                    ? new Biases(true, false, false)
                    : new Biases(attention, attention, config.flag("mlp_bias", false));
        }
    }

    private static Block block(
            Architecture shape, Biases biases, TensorSource tensors, String layer) {
        int hidden = shape.hidden();
        int wide = shape.intermediate();
        int queries = shape.queryWidth();
        int keys = shape.keyValueWidth();
        boolean biased = biases.queryKeyValue;
        return new Block(
                List.of(
                        tensors.linear(layer + "self_attn.q_proj", queries, hidden, biased),
                        tensors.linear(layer + "self_attn.k_proj", keys, hidden, biased),
                        tensors.linear(layer + "self_attn.v_proj", keys, hidden, biased)),
                headNorm(shape, tensors, layer + "self_attn.q_norm.weight"),
                headNorm(shape, tensors, layer + "self_attn.k_norm.weight"),
                tensors.linear(layer + "self_attn.o_proj", hidden, queries, biases.attentionOutput),
                tensors.rmsNorm(layer + "input_layernorm", hidden),
                Optional.of(
                        tensors.linear(layer + "mlp.gate_proj", wide, hidden, biases.feedForward)),
                tensors.linear(layer + "mlp.up_proj", wide, hidden, biases.feedForward),
                tensors.linear(layer + "mlp.down_proj", hidden, wide, biases.feedForward),
                tensors.rmsNorm(layer + "post_attention_layernorm", hidden));
    }

    private static Optional<float[]> headNorm(
            Architecture shape, TensorSource tensors, String name) {
        return shape.family().equals(QWEN3)
                ? Optional.of(tensors.vector(name, shape.headSize()))
                : Optional.empty();
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
                            score(config, shape, tensors, false));
            case TOKEN_CLASSIFIER -> new Head.TokenClassifier(score(config, shape, tensors, true));
            case LANGUAGE_MODEL ->
                    new Head.LanguageModel(
                            Optional.empty(),
                            Optional.empty(),
                            config.flag("tie_word_embeddings", false)
                                    ? base.words()
                                    : tensors.stored(
                                            "lm_head.weight", shape.vocabulary(), shape.hidden()),
                            Optional.empty());
        };
    }

    private static Linear score(
            ModelConfig config, Architecture shape, TensorSource tensors, boolean biased) {
        int classes = Family.classes("score", config, tensors);
        return tensors.linear("score", classes, shape.hidden(), biased);
    }
}
