package dev.gossamer.protocols.method;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The settings that a method has for itself, by name; those not given have the method's values. */
public record MethodOptions(Map<String, Double> numbers) {
    /** No settings. */
    public static final MethodOptions NONE = new MethodOptions(Map.of());

    /** Copies the map. */
    public MethodOptions {
        numbers = Map.copyOf(numbers);
    }

    /** Refuses what is not one of {@code known}. */
    public void requireKnown(String method, Set<String> known) {
        for (String key : new TreeMap<>(numbers).keySet()) {
            if (!known.contains(key)) {
                throw new IllegalArgumentException(
                        "unknown option: key=adapter.options."
                                + key
                                + ", method="
                                + method
                                + ", available="
                                + new TreeSet<>(known));
            }
        }
    }

    /** The number called {@code key}, held to its bounds, or {@code otherwise}. */
    public double number(String key, double otherwise, double least, double most) {
        double value = numbers.getOrDefault(key, otherwise);
        if (!(value >= least && value <= most)) {
            throw new IllegalArgumentException(
                    "out of range: key=adapter.options."
                            + key
                            + ", value="
                            + value
                            + ", bound="
                            + least
                            + ".."
                            + most);
        }
        return value;
    }

    /** The whole number called {@code key}, held to its bounds, or {@code otherwise}. */
    public int integer(String key, int otherwise, int least, int most) {
        double value = number(key, otherwise, least, most);
        if (value != Math.rint(value)) {
            throw new IllegalArgumentException(
                    "not a whole number: key=adapter.options." + key + ", value=" + value);
        }
        return (int) value;
    }
}
