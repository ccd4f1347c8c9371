package dev.gossamer.client.export;

import com.fasterxml.jackson.databind.JsonNode;

import dev.gossamer.client.weights.WeightsFormatException;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * An {@code adapter_config.json} of plain LoRA, as PEFT writes it; whatever makes an adapter
 * compute something else is refused by its name.
 *
 * @param targets which modules of the whole model carry an adapter, by their names
 * @param task as PEFT names it, {@code SEQ_CLS} for one
 */
record PeftConfig(
        String file,
        int rank,
        double alpha,
        boolean rankStabilised,
        Map<Pattern, Integer> ranks,
        Map<Pattern, Double> alphas,
        Predicate<String> targets,
        Optional<String> task) {
    private static final int MAX_PATTERN = 2000;

    /** What changes nothing at the time of use, or is read here. */
    private static final Set<String> HARMLESS =
            Set.of(
                    "peft_type",
                    "r",
                    "lora_alpha",
                    "use_rslora",
                    "rank_pattern",
                    "alpha_pattern",
                    "target_modules",
                    "exclude_modules",
                    "layers_to_transform",
                    "layers_pattern",
                    "modules_to_save",
                    "bias",
                    "init_lora_weights",
                    "fan_in_fan_out",
                    "auto_mapping",
                    "base_model_name_or_path",
                    "revision",
                    "task_type",
                    "inference_mode",
                    "lora_dropout",
                    "megatron_core",
                    "qalora_group_size",
                    "peft_version",
                    "eva_config",
                    "loftq_config",
                    "corda_config",
                    "lora_ga_config",
                    "velora_config",
                    "runtime_config",
                    "ensure_weight_tying",
                    "ephemeral_gpu_offload",
                    "merge_weights");

    /** First values that leave the base as it is. The others take a part of it away. */
    private static final Set<String> STARTS = Set.of("gaussian", "eva", "orthogonal", "mica");

    /** Reads and checks the file. */
    static PeftConfig read(JsonFields json) {
        requirePlainLora(json);
        int rank = json.count("r");
        double alpha = json.has("lora_alpha") ? json.number("lora_alpha") : 8;
        Optional<List<String>> listed =
                json.node().path("target_modules").isArray()
                        ? Optional.of(json.texts("target_modules"))
                        : Optional.empty();
        return new PeftConfig(
                json.file().toString(),
                rank,
                alpha,
                json.flag("use_rslora", false),
                ranks(json),
                alphas(json),
                targets(json, listed).and(Predicate.not(excluded(json))),
                json.has("task_type") ? Optional.of(json.text("task_type")) : Optional.empty());
    }

    private static void requirePlainLora(JsonFields json) {
        if (!json.text("peft_type").equals("LORA")) {
            throw unsupported(json, "peft_type", "LORA");
        }
        if (json.flag("use_dora", false)) {
            throw unsupported(json, "use_dora", "false: DoRA is not there");
        }
        if (json.flag("lora_bias", false)) {
            throw unsupported(json, "lora_bias", "false");
        }
        if (json.has("bias") && !json.text("bias").equals("none")) {
            throw unsupported(json, "bias", "none");
        }
        if (json.has("trainable_token_indices")) {
            throw unsupported(
                    json, "trainable_token_indices", "null: trained embeddings are not there");
        }
        JsonNode start = json.node().path("init_lora_weights");
        if (start.isTextual() && !STARTS.contains(start.textValue())) {
            throw unsupported(
                    json,
                    "init_lora_weights",
                    "one that leaves the base whole; PEFT can convert the others when it saves");
        }
        for (Map.Entry<String, JsonNode> field : json.node().properties()) {
            if (!HARMLESS.contains(field.getKey()) && isSet(field.getValue())) {
                throw unsupported(json, field.getKey(), "null or false");
            }
        }
    }

    private static boolean isSet(JsonNode value) {
        boolean off = value.isNull() || (value.isBoolean() && !value.booleanValue());
        return !off && !(value.isContainerNode() && value.isEmpty());
    }

    private static WeightsFormatException unsupported(
            JsonFields json, String key, String expected) {
        String found = json.node().get(key).toString();
        return new WeightsFormatException(
                "adapter is not supported: file="
                        + json.file()
                        + ", "
                        + key
                        + "="
                        + (found.length() > 60 ? found.substring(0, 60) + "…" : found)
                        + ", expected="
                        + expected);
    }

    private static Map<Pattern, Integer> ranks(JsonFields json) {
        Map<Pattern, Integer> ranks = new LinkedHashMap<>();
        if (json.has("rank_pattern")) {
            JsonFields pattern = json.in("rank_pattern");
            pattern.node()
                    .fieldNames()
                    .forEachRemaining(key -> ranks.put(ending(json, key), pattern.count(key)));
        }
        return ranks;
    }

    private static Map<Pattern, Double> alphas(JsonFields json) {
        Map<Pattern, Double> alphas = new LinkedHashMap<>();
        if (json.has("alpha_pattern")) {
            JsonFields pattern = json.in("alpha_pattern");
            pattern.node()
                    .fieldNames()
                    .forEachRemaining(key -> alphas.put(ending(json, key), pattern.number(key)));
        }
        return alphas;
    }

    /** As PEFT matches the keys of its patterns: at the end of a name, after a dot. */
    private static Pattern ending(JsonFields json, String key) {
        return compiled(json, "(?:.*\\.)?(?:" + key + ")");
    }

    private static Pattern compiled(JsonFields json, String pattern) {
        try {
            if (pattern.length() <= MAX_PATTERN) {
                return Pattern.compile(pattern.replace("(?P<", "(?<"));
            }
        } catch (PatternSyntaxException e) {
            throw new WeightsFormatException(
                    "bad pattern: file=" + json.file() + ", pattern=" + pattern, e);
        }
        throw new WeightsFormatException(
                "pattern is too long: file="
                        + json.file()
                        + ", characters="
                        + pattern.length()
                        + ", bound="
                        + MAX_PATTERN);
    }

    private static Predicate<String> targets(JsonFields json, Optional<List<String>> listed) {
        if (listed.isPresent()) {
            return ends(listed.get()).and(layers(json));
        }
        if (!json.has("target_modules") || json.text("target_modules").equals("all-linear")) {
            return name -> true;
        }
        return compiled(json, json.text("target_modules")).asMatchPredicate();
    }

    private static Predicate<String> excluded(JsonFields json) {
        if (!json.has("exclude_modules")) {
            return name -> false;
        }
        return json.node().get("exclude_modules").isArray()
                ? ends(json.texts("exclude_modules"))
                : compiled(json, json.text("exclude_modules")).asMatchPredicate();
    }

    private static Predicate<String> ends(List<String> ends) {
        return name -> ends.stream().anyMatch(end -> name.equals(end) || name.endsWith("." + end));
    }

    /** The first number in a name is its layer. */
    private static Predicate<String> layers(JsonFields json) {
        Set<Integer> layers = Set.copyOf(integers(json, "layers_to_transform"));
        if (layers.isEmpty()) {
            return name -> true;
        }
        List<String> stacks = new ArrayList<>();
        if (json.has("layers_pattern")) {
            stacks.addAll(
                    json.node().get("layers_pattern").isArray()
                            ? json.texts("layers_pattern")
                            : List.of(json.text("layers_pattern")));
        }
        String stack = stacks.isEmpty() ? "[^.]*" : String.join("|", stacks);
        Pattern layer = compiled(json, "(?:^|.*?\\.)(?:" + stack + ")\\.(\\d{1,6})\\..*");
        return name -> {
            Matcher found = layer.matcher(name);
            return found.matches() && layers.contains(Integer.parseInt(found.group(1)));
        };
    }

    private static List<Integer> integers(JsonFields json, String key) {
        JsonNode value = json.node().path(key);
        List<Integer> all = new ArrayList<>();
        if (json.has(key)) {
            for (JsonNode item : value.isArray() ? value : List.of(value)) {
                if (!item.canConvertToInt() || !item.isIntegralNumber()) {
                    throw json.bad(key, "layers by number");
                }
                all.add(item.intValue());
            }
        }
        return all;
    }

    /** The rank of the module called {@code name}. */
    int rankOf(String name) {
        return first(ranks, name).orElse(rank);
    }

    /** The scaling of the module called {@code name}. */
    double scalingOf(String name) {
        double own = first(alphas, name).orElse(alpha);
        return rankStabilised ? own / Math.sqrt(rankOf(name)) : own / rankOf(name);
    }

    private static <T> Optional<T> first(Map<Pattern, T> patterns, String name) {
        return patterns.entrySet().stream()
                .filter(entry -> entry.getKey().matcher(name).matches())
                .map(Map.Entry::getValue)
                .findFirst();
    }
}
