package dev.gossamer.client.weights;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;

/** The metadata of a GGUF file, read by key and kind. */
public final class GgufMetadata {
    private final String source;
    private final Map<String, GgufValue> values;

    GgufMetadata(String source, Map<String, GgufValue> values) {
        this.source = source;
        this.values = new TreeMap<>(values);
    }

    /** All keys, sorted. */
    public Set<String> keys() {
        return Set.copyOf(values.keySet());
    }

    /** The value of {@code key}. */
    public Optional<GgufValue> value(String key) {
        return Optional.ofNullable(values.get(key));
    }

    /** The text of {@code key}. */
    public Optional<String> text(String key) {
        return value(key)
                .map(
                        value -> {
                            if (value instanceof GgufValue.Text text) {
                                return text.value();
                            }
                            throw wrongKind(key, value, "text");
                        });
    }

    /** The text of {@code key}, which must be there. */
    public String requiredText(String key) {
        return text(key).orElseThrow(() -> missing(key));
    }

    /** The whole number of {@code key}, from {@code least} on. */
    public OptionalInt whole(String key, int least) {
        Optional<GgufValue> value = value(key);
        return value.isEmpty()
                ? OptionalInt.empty()
                : OptionalInt.of(bounded(key, value.get(), least));
    }

    /** The whole number of {@code key}, from {@code least} on, which must be there. */
    public int requiredWhole(String key, int least) {
        return whole(key, least).orElseThrow(() -> missing(key));
    }

    /** The finite number of {@code key}. */
    public OptionalDouble real(String key) {
        Optional<GgufValue> value = value(key);
        return value.isEmpty()
                ? OptionalDouble.empty()
                : OptionalDouble.of(finite(key, value.get()));
    }

    /** The truth value of {@code key}. */
    public Optional<Boolean> flag(String key) {
        return value(key)
                .map(
                        value -> {
                            if (value instanceof GgufValue.Flag flag) {
                                return flag.value();
                            }
                            throw wrongKind(key, value, "flag");
                        });
    }

    /** The texts of {@code key}; none where it is not there. */
    public List<String> texts(String key) {
        List<String> texts = new ArrayList<>();
        for (GgufValue value : array(key)) {
            if (!(value instanceof GgufValue.Text text)) {
                throw wrongKind(key, value, "array of text");
            }
            texts.add(text.value());
        }
        return texts;
    }

    /** The whole numbers of {@code key}, from 0 on; none where it is not there. */
    public List<Integer> wholes(String key) {
        return array(key).stream().map(value -> bounded(key, value, 0)).toList();
    }

    /** The finite numbers of {@code key}; none where it is not there. */
    public List<Double> reals(String key) {
        return array(key).stream().map(value -> finite(key, value)).toList();
    }

    private List<GgufValue> array(String key) {
        Optional<GgufValue> value = value(key);
        if (value.isEmpty()) {
            return List.of();
        }
        if (value.get() instanceof GgufValue.Array array) {
            return array.values();
        }
        throw wrongKind(key, value.get(), "array");
    }

    private int bounded(String key, GgufValue value, int least) {
        if (!(value instanceof GgufValue.Whole whole)) {
            throw wrongKind(key, value, "whole number");
        }
        if (whole.value() < least || whole.value() > Integer.MAX_VALUE) {
            throw unsuitable(
                    "out of bounds: "
                            + key
                            + "="
                            + whole.value()
                            + ", bounds="
                            + least
                            + " to "
                            + Integer.MAX_VALUE);
        }
        return (int) whole.value();
    }

    private double finite(String key, GgufValue value) {
        double number =
                switch (value) {
                    case GgufValue.Real real -> real.value();
                    case GgufValue.Whole whole -> whole.value();
                    case GgufValue.Flag _, GgufValue.Text _, GgufValue.Array _ ->
                            throw wrongKind(key, value, "number");
                };
        if (!Double.isFinite(number)) {
            throw unsuitable("not finite: " + key + "=" + number);
        }
        return number;
    }

    private WeightsFormatException wrongKind(String key, GgufValue value, String wanted) {
        String found = value.getClass().getSimpleName();
        return unsuitable("wrong kind: key=" + key + ", found=" + found + ", wanted=" + wanted);
    }

    private WeightsFormatException missing(String key) {
        return unsuitable("key is missing: key=" + key);
    }

    /** The file cannot be used. */
    WeightsFormatException unsuitable(String what) {
        return new WeightsFormatException("cannot use GGUF file " + source + ": " + what);
    }
}
