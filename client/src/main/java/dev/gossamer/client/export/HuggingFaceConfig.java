package dev.gossamer.client.export;

import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.gossamer.client.adapter.PoolingChoice;
import dev.gossamer.client.adapter.TrainedAdapter;
import dev.gossamer.client.model.Activation;
import dev.gossamer.client.model.Architecture;
import dev.gossamer.client.model.Head;
import dev.gossamer.client.model.Linear;
import dev.gossamer.client.model.Rotary;
import dev.gossamer.client.model.Transformer;

import java.util.List;
import java.util.Locale;

/** What a {@code config.json} says of a base and its head. */
final class HuggingFaceConfig {
    /** Far above the rounding of a power, far below a scaled frequency. */
    private static final double RELATIVE = 1e-9;

    private HuggingFaceConfig() {}

    /**
     * The class of transformers that loads a base with the head of {@code use}.
     *
     * @throws IllegalArgumentException if there is none
     */
    static String modelClass(Architecture architecture, TrainedAdapter.Use use) {
        String family = architecture.family();
        String name =
                switch (family) {
                    case "bert" -> "Bert";
                    case "roberta" -> "Roberta";
                    case "xlm-roberta" -> "XLMRoberta";
                    case "camembert" -> "Camembert";
                    case "distilbert" -> "DistilBert";
                    case "gpt2" -> "GPT2";
                    case "llama" -> "Llama";
                    case "mistral" -> "Mistral";
                    case "qwen2" -> "Qwen2";
                    case "qwen3" -> "Qwen3";
                    default ->
                            throw new IllegalArgumentException(
                                    "no class of transformers is known: family=" + family);
                };
        boolean bare = use.pooling().filter(p -> p != PoolingChoice.HEAD).isPresent();
        return switch (use.task()) {
            case SEQUENCE_CLASSIFICATION -> name + (bare ? "Model" : "ForSequenceClassification");
            case TOKEN_CLASSIFICATION -> name + "ForTokenClassification";
            case MASKED_LM -> name + "ForMaskedLM";
            case CAUSAL_LM -> name.equals("GPT2") ? "GPT2LMHeadModel" : name + "ForCausalLM";
        };
    }

    /** Puts the classes by number and by name. */
    static void putLabels(ObjectNode config, List<String> classes) {
        ObjectNode names = config.putObject("id2label");
        ObjectNode numbers = config.putObject("label2id");
        for (int i = 0; i < classes.size(); i++) {
            names.put(String.valueOf(i), classes.get(i));
            numbers.put(classes.get(i), i);
        }
    }

    /**
     * The config of a base whose files had none: BERT, or of Llama's shape.
     *
     * @throws IllegalArgumentException if it has a setting that cannot be stated
     */
    static ObjectNode of(Transformer base, Head head) {
        Architecture architecture = base.architecture();
        ObjectNode config = JsonFields.object();
        config.put("model_type", architecture.family());
        config.put("hidden_size", architecture.hidden());
        config.put("num_hidden_layers", architecture.layers());
        config.put("num_attention_heads", architecture.heads());
        config.put("intermediate_size", architecture.intermediate());
        config.put("vocab_size", architecture.vocabulary());
        config.put("max_position_embeddings", architecture.positions());
        config.put("hidden_act", key(architecture.activation()));
        if (architecture.rms()) {
            putDecoder(config, base, head);
        } else {
            config.put("layer_norm_eps", architecture.normEpsilon());
            config.put("type_vocab_size", base.tokenTypes().map(types -> types.rows()).orElse(1));
            config.put("pad_token_id", 0);
        }
        return config;
    }

    private static void putDecoder(ObjectNode config, Transformer base, Head head) {
        Architecture architecture = base.architecture();
        config.put("num_key_value_heads", architecture.keyValueHeads());
        config.put("head_dim", architecture.headSize());
        config.put("rms_norm_eps", architecture.normEpsilon());
        boolean tied = head instanceof Head.LanguageModel lm && lm.output().equals(base.words());
        config.put("tie_word_embeddings", tied);
        Linear query = base.blocks().getFirst().projections().getFirst();
        Linear output = base.blocks().getFirst().attentionOutput();
        if (!architecture.family().equals("qwen2")) {
            if (query.bias().isPresent() != output.bias().isPresent()) {
                throw new IllegalArgumentException(
                        "biases cannot be stated: family="
                                + architecture.family()
                                + ", query="
                                + query.bias().isPresent()
                                + ", output="
                                + output.bias().isPresent());
            }
            config.put("attention_bias", query.bias().isPresent());
        }
        if (architecture.family().equals("llama")) {
            config.put("mlp_bias", base.blocks().getFirst().up().bias().isPresent());
        }
        architecture
                .window()
                .ifPresent(
                        window -> {
                            boolean llama = architecture.family().equals("llama");
                            config.put("model_type", llama ? "mistral" : architecture.family());
                            config.put("sliding_window", window);
                            config.put("use_sliding_window", true);
                            config.put("max_window_layers", 0);
                        });
        architecture.rotary().ifPresent(rotary -> putRotary(config, rotary));
    }

    /** Unscaled and linear positions can be told from their frequencies; others cannot. */
    private static void putRotary(ObjectNode config, Rotary rotary) {
        double[] frequencies = rotary.inverseFrequencies();
        double factor = 1 / frequencies[0];
        double base =
                frequencies.length == 1
                        ? 10_000
                        : Math.pow(
                                frequencies[0] / frequencies[frequencies.length - 1],
                                frequencies.length / (frequencies.length - 1.0));
        for (int i = 0; i < frequencies.length; i++) {
            double expected = Math.pow(base, -(double) i / frequencies.length) / factor;
            if (Math.abs(expected - frequencies[i]) > RELATIVE * expected
                    || rotary.magnitude() != 1) {
                throw new IllegalArgumentException(
                        "rotary scaling cannot be stated in config.json: pair="
                                + i
                                + ", frequency="
                                + frequencies[i]
                                + "; take a Hugging Face folder as the base");
            }
        }
        // Bases are whole numbers; the power is off by its rounding.
        double rounded = Math.rint(base);
        double stated = Math.abs(base - rounded) < RELATIVE * base ? rounded : base;
        config.put("rope_theta", stated);
        ObjectNode parameters = config.putObject("rope_parameters").put("rope_theta", stated);
        if (Math.abs(factor - 1) < RELATIVE) {
            parameters.put("rope_type", "default");
        } else {
            parameters.put("rope_type", "linear").put("factor", factor);
        }
    }

    private static String key(Activation activation) {
        return switch (activation) {
            case GELU_TANH -> "gelu_new";
            case GELU, SILU, RELU, TANH -> activation.name().toLowerCase(Locale.ROOT);
        };
    }
}
