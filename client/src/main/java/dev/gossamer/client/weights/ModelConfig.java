package dev.gossamer.client.weights;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.gossamer.client.model.Activation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A model's {@code config.json}, asked for values of a stated kind.
 *
 * <p>A value that is {@code null} in the file counts as absent.
 *
 * @param source the file, for errors
 */
public record ModelConfig(ObjectNode json, String source) {
    /** Every size of a network is far below, and products of two fit 64 bits with room to spare. */
    private static final int MAX_SIZE = 1 << 24;

    private Optional<JsonNode> value(String name) {
        return Optional.ofNullable(json.get(name)).filter(node -> !node.isNull());
    }

    /** Whether there is a value. */
    public boolean has(String name) {
        return value(name).isPresent();
    }

    /** A size from 1 on, which must be there. */
    public int size(String name) {
        return optionalSize(name).orElseThrow(() -> wrong("missing value: name=" + name));
    }

    /** A size from 1 on, or {@code absent}. */
    public int size(String name, int absent) {
        return optionalSize(name).orElse(absent);
    }

    /** A size from 1 on. */
    public Optional<Integer> optionalSize(String name) {
        Optional<Integer> size = optionalInteger(name);
        if (size.filter(found -> found < 1).isPresent()) {
            throw wrong("bad size: name=" + name + ", value=" + size.get() + ", bound=1");
        }
        return size;
    }

    /** An integer from 0 on, or {@code absent}. */
    public int index(String name, int absent) {
        return optionalInteger(name).orElse(absent);
    }

    private Optional<Integer> optionalInteger(String name) {
        return value(name)
                .map(
                        node -> {
                            if (!node.canConvertToExactIntegral()
                                    || !node.canConvertToInt()
                                    || node.intValue() < 0
                                    || node.intValue() > MAX_SIZE) {
                                throw wrong(
                                        "bad integer: name="
                                                + name
                                                + ", value="
                                                + cut(node)
                                                + ", from 0 to "
                                                + MAX_SIZE);
                            }
                            return node.intValue();
                        });
    }

    /** The width that each of {@code parts} gets of {@code whole}. */
    public int share(String name, int whole, String partsName, int parts) {
        if (whole % parts != 0) {
            throw wrong(
                    "sizes do not divide: " + name + "=" + whole + ", " + partsName + "=" + parts);
        }
        return whole / parts;
    }

    /** A finite number, or {@code absent}. */
    public double number(String name, double absent) {
        return optionalNumber(name).orElse(absent);
    }

    /** A finite number, which must be there. */
    public double number(String name) {
        return optionalNumber(name).orElseThrow(() -> wrong("missing value: name=" + name));
    }

    /** A finite number. */
    public Optional<Double> optionalNumber(String name) {
        return value(name)
                .map(
                        node -> {
                            if (!node.isNumber() || !Double.isFinite(node.doubleValue())) {
                                throw wrong("bad number: name=" + name + ", value=" + cut(node));
                            }
                            return node.doubleValue();
                        });
    }

    /** A truth value, or {@code absent}. */
    public boolean flag(String name, boolean absent) {
        return value(name)
                .map(
                        node -> {
                            if (!node.isBoolean()) {
                                throw wrong(
                                        "no truth value: name=" + name + ", value=" + cut(node));
                            }
                            return node.booleanValue();
                        })
                .orElse(absent);
    }

    /** A text. */
    public Optional<String> text(String name) {
        return value(name)
                .map(
                        node -> {
                            if (!node.isTextual()) {
                                throw wrong("no text: name=" + name + ", value=" + cut(node));
                            }
                            return node.textValue();
                        });
    }

    /** A list of texts, empty where it is absent. */
    public List<String> texts(String name) {
        List<String> texts = new ArrayList<>();
        value(name)
                .ifPresent(
                        node -> {
                            for (JsonNode item : node) {
                                if (!item.isTextual()) {
                                    throw wrong("no texts: name=" + name + ", value=" + cut(node));
                                }
                                texts.add(item.textValue());
                            }
                        });
        return texts;
    }

    /** An object within this one. */
    public Optional<ModelConfig> section(String name) {
        return value(name)
                .map(
                        node -> {
                            if (node instanceof ObjectNode object) {
                                return new ModelConfig(object, source);
                            }
                            throw wrong("no object: name=" + name + ", value=" + cut(node));
                        });
    }

    /** The non-linearity of that name, {@code gelu} where it is absent. */
    public Activation activation(String name, String absent) {
        String key = text(name).orElse(absent);
        return switch (key) {
            case "gelu", "gelu_python" -> Activation.GELU;
            case "gelu_new", "gelu_pytorch_tanh", "gelu_fast" -> Activation.GELU_TANH;
            case "silu", "swish" -> Activation.SILU;
            case "relu" -> Activation.RELU;
            case "tanh" -> Activation.TANH;
            default ->
                    throw wrong(
                            "unknown activation: name="
                                    + name
                                    + ", value="
                                    + key
                                    + ", known=[gelu, gelu_new, silu, relu, tanh]");
        };
    }

    /** Refuses a setting that changes what a model computes in a way that is not there. */
    public void require(String name, boolean expected) {
        if (flag(name, expected) != expected) {
            throw wrong("setting is not there: name=" + name + ", value=" + !expected);
        }
    }

    /** The classes by name, in the order of their numbers; empty where none are stated. */
    public List<String> labels() {
        Optional<ModelConfig> stated = section("id2label");
        List<String> labels = new ArrayList<>();
        int count = stated.map(section -> section.json.size()).orElse(0);
        for (int i = 0; i < count; i++) {
            String number = String.valueOf(i);
            labels.add(
                    stated.get()
                            .text(number)
                            .orElseThrow(() -> wrong("id2label lacks a class: number=" + number)));
        }
        return labels;
    }

    private static String cut(JsonNode node) {
        String text = node.toString();
        return text.length() <= 80 ? text : text.substring(0, 80) + "...";
    }

    /** A value is not what it should be. */
    public WeightsFormatException wrong(String what) {
        return new WeightsFormatException("bad model config " + source + ": " + what);
    }
}
