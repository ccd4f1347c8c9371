package dev.gossamer.simulations.traffic;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.gossamer.simulations.traffic.ModelShape.LayerMap;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Finds the shape of a model: built in by name, or from a {@code config.json} as Hugging Face
 * writes it. The built-in ones are such configs themselves, in one file.
 */
public final class ModelShapes {
    private static final String BUILT_IN = "model-shapes.json";
    private static final String CONFIG = "config.json";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<String> ENCODERS = Set.of("bert", "roberta", "xlm-roberta");
    private static final Set<String> DECODERS =
            Set.of("llama", "mistral", "qwen2", "qwen3", "gemma", "gemma2");
    private static final Set<String> OTHERS = Set.of("distilbert", "gpt2");

    /** More layers or a wider one than any model has: what a config may make us count. */
    private static final int MOST = 1 << 20;

    private ModelShapes() {}

    /**
     * The shape called {@code name}, or that of the config at that path, or in the folder there.
     *
     * @throws IllegalArgumentException if there is none, or its family is not known
     */
    public static ModelShape find(String name) {
        JsonNode builtIn = builtIn();
        if (builtIn.has(name)) {
            return of(name, builtIn.get(name));
        }
        Path path = Path.of(name);
        Path file = Files.isDirectory(path) ? path.resolve(CONFIG) : path;
        if (!Files.isRegularFile(file) || !file.toString().endsWith(".json")) {
            List<String> names =
                    new ArrayList<>(builtIn.propertyStream().map(e -> e.getKey()).toList());
            names.sort(null);
            throw new IllegalArgumentException(
                    "unknown model shape: model="
                            + name
                            + ", built in="
                            + names
                            + "; or name a config.json or a folder with one");
        }
        try {
            return of(name, JSON.readTree(Files.readString(file)));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("config is no JSON: path=" + file, e);
        } catch (IOException e) {
            throw new UncheckedIOException("config cannot be read: path=" + file, e);
        }
    }

    private static JsonNode builtIn() {
        try (InputStream file = ModelShapes.class.getResourceAsStream(BUILT_IN)) {
            return JSON.readTree(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ModelShape of(String name, JsonNode config) {
        String family = config.path("model_type").asText("");
        if (ENCODERS.contains(family)) {
            return encoder(
                    name,
                    number(name, config, "hidden_size"),
                    number(name, config, "intermediate_size"),
                    number(name, config, "num_hidden_layers"));
        }
        if (DECODERS.contains(family)) {
            return decoder(name, config);
        }
        return switch (family) {
            case "distilbert" ->
                    distilBert(
                            name,
                            number(name, config, "dim"),
                            number(name, config, "hidden_dim"),
                            number(name, config, "n_layers"));
            case "gpt2" -> gpt2(name, config);
            default -> throw unknownFamily(name, family);
        };
    }

    private static IllegalArgumentException unknownFamily(String name, String family) {
        Set<String> known = new TreeSet<>(ENCODERS);
        known.addAll(DECODERS);
        known.addAll(OTHERS);
        return new IllegalArgumentException(
                "unknown model family: model="
                        + name
                        + ", model_type="
                        + family
                        + ", available="
                        + known);
    }

    private static int number(String name, JsonNode config, String key) {
        JsonNode value = config.path(key);
        if (!value.isInt() || value.intValue() < 1 || value.intValue() > MOST) {
            throw new IllegalArgumentException(
                    "config has no such size: model="
                            + name
                            + ", key="
                            + key
                            + ", value="
                            + value
                            + ", bound=1.."
                            + MOST);
        }
        return value.intValue();
    }

    private static int number(String name, JsonNode config, String key, int otherwise) {
        return config.hasNonNull(key) ? number(name, config, key) : otherwise;
    }

    private static LayerMap map(String module, int out, int in, String... roles) {
        return new LayerMap(module, Set.of(roles), out, in);
    }

    private static ModelShape encoder(String name, int hidden, int wide, int layers) {
        return new ModelShape(
                name,
                hidden,
                layers,
                List.of(
                        map("attention.self.query", hidden, hidden, "query", "q_proj"),
                        map("attention.self.key", hidden, hidden, "key", "k_proj"),
                        map("attention.self.value", hidden, hidden, "value", "v_proj"),
                        map("attention.output.dense", hidden, hidden, "output", "o_proj"),
                        map("intermediate.dense", wide, hidden, "intermediate", "up_proj"),
                        map("output.dense", hidden, wide, "ffn-output", "down_proj")));
    }

    private static ModelShape distilBert(String name, int hidden, int wide, int layers) {
        return new ModelShape(
                name,
                hidden,
                layers,
                List.of(
                        map("attention.q_lin", hidden, hidden, "query", "q_proj"),
                        map("attention.k_lin", hidden, hidden, "key", "k_proj"),
                        map("attention.v_lin", hidden, hidden, "value", "v_proj"),
                        map("attention.out_lin", hidden, hidden, "output", "o_proj"),
                        map("ffn.lin1", wide, hidden, "intermediate", "up_proj"),
                        map("ffn.lin2", hidden, wide, "ffn-output", "down_proj")));
    }

    private static ModelShape gpt2(String name, JsonNode config) {
        int hidden = number(name, config, "n_embd");
        int wide = number(name, config, "n_inner", 4 * hidden);
        return new ModelShape(
                name,
                hidden,
                number(name, config, "n_layer"),
                List.of(
                        map("attn.c_attn", 3 * hidden, hidden, "query", "key", "value"),
                        map("attn.c_proj", hidden, hidden, "output"),
                        map("mlp.c_fc", wide, hidden, "intermediate"),
                        map("mlp.c_proj", hidden, wide, "ffn-output")));
    }

    private static ModelShape decoder(String name, JsonNode config) {
        int hidden = number(name, config, "hidden_size");
        int wide = number(name, config, "intermediate_size");
        int heads = number(name, config, "num_attention_heads");
        int keyHeads = number(name, config, "num_key_value_heads", heads);
        int size = number(name, config, "head_dim", hidden / heads);
        int query = heads * size;
        int key = keyHeads * size;
        return new ModelShape(
                name,
                hidden,
                number(name, config, "num_hidden_layers"),
                List.of(
                        map("self_attn.q_proj", query, hidden, "query"),
                        map("self_attn.k_proj", key, hidden, "key"),
                        map("self_attn.v_proj", key, hidden, "value"),
                        map("self_attn.o_proj", hidden, query, "output"),
                        map("mlp.gate_proj", wide, hidden, "gate", "intermediate"),
                        map("mlp.up_proj", wide, hidden, "up", "intermediate"),
                        map("mlp.down_proj", hidden, wide, "ffn-output", "down")));
    }
}
