package dev.gossamer.protocols.run;

import dev.gossamer.protocols.run.YamlNode.Mapping;
import dev.gossamer.protocols.run.YamlNode.Scalar;
import dev.gossamer.protocols.run.YamlNode.Sequence;

import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;

/** One mapping of a run file over its defaults; gives values by key and type, or refuses. */
final class Section {
    private static final int MAX_NUMBER_CHARACTERS = 64;

    private final String path;
    private final Map<String, YamlNode> own;
    private final Map<String, YamlNode> defaults;

    private Section(String path, Mapping own, Mapping defaults, List<String> keys) {
        this.path = path;
        this.own = own.entries();
        this.defaults = defaults.entries();
        for (String key : this.own.keySet()) {
            if (!keys.contains(key)) {
                throw unknown(key, keys);
            }
        }
    }

    /** The whole file, which may hold no other than {@code keys}. */
    static Section root(Mapping file, Mapping defaults, String... keys) {
        return new Section("", file, defaults, List.of(keys));
    }

    /** The mapping at {@code key}, which may hold no other than {@code keys}. */
    Section section(String key, String... keys) {
        return new Section(path(key), mapping(key, own), mapping(key, defaults), List.of(keys));
    }

    private Mapping mapping(String key, Map<String, YamlNode> entries) {
        YamlNode node = entries.getOrDefault(key, new Mapping(Map.of()));
        if (node instanceof Mapping mapping) {
            return mapping;
        }
        throw wrongType(key, node, "a mapping");
    }

    private RunFileException unknown(String key, List<String> keys) {
        return new RunFileException(
                "unknown key: key="
                        + path(key)
                        + ", "
                        + Spelling.nearest(key, keys)
                                .map(near -> "did you mean " + near + "?")
                                .orElse("allowed=" + keys));
    }

    /** Whether the file itself has {@code key}. */
    boolean has(String key) {
        return own.containsKey(key);
    }

    /** Refuses every key that the file has besides {@code available}. */
    void refuseAllBut(String available) {
        for (String key : own.keySet()) {
            if (!key.equals(available)) {
                throw Preconditions.notAvailable(
                        path(key), own.get(key).shown(), "[" + available + "]");
            }
        }
    }

    String text(String key) {
        return text(key, node(key), "text");
    }

    private String text(String key, YamlNode node, String expected) {
        if (node instanceof Scalar scalar && !scalar.isNothing()) {
            return scalar.text();
        }
        throw wrongType(key, node, expected);
    }

    /** The list at {@code key}; its items are text. */
    List<String> texts(String key) {
        if (!(node(key) instanceof Sequence list)) {
            throw wrongType(key, node(key), "a list");
        }
        List<String> texts = new ArrayList<>();
        for (YamlNode item : list.items()) {
            texts.add(text(key, item, "text"));
        }
        return texts;
    }

    /** The list at {@code key}, for which {@code word} alone stands for a list of itself. */
    List<String> texts(String key, String word) {
        if (!(node(key) instanceof Scalar scalar)) {
            return texts(key);
        }
        if (scalar.text().equals(word)) {
            return List.of(word);
        }
        throw wrongType(key, scalar, word + " or a list");
    }

    int integer(String key) {
        return (int) integer(key, Integer.MIN_VALUE, Integer.MAX_VALUE);
    }

    long longInteger(String key) {
        return integer(key, Long.MIN_VALUE, Long.MAX_VALUE);
    }

    private long integer(String key, long least, long most) {
        String text = matching(key, "[-+]?[0-9]+", "a whole number");
        BigInteger value = new BigInteger(text);
        if (value.compareTo(BigInteger.valueOf(least)) < 0
                || value.compareTo(BigInteger.valueOf(most)) > 0) {
            throw new RunFileException(
                    "out of range: key="
                            + path(key)
                            + ", value="
                            + text
                            + ", bound="
                            + least
                            + ".."
                            + most);
        }
        return value.longValueExact();
    }

    /** A finite number, also one such as {@code 5e-3} that YAML may take for text. */
    double number(String key) {
        if (node(key) instanceof Scalar scalar
                && scalar.text().matches("(?i)[-+]?(\\.?inf(inity)?|\\.?nan)")) {
            throw new RunFileException(
                    "not finite: key=" + path(key) + ", value=" + scalar.shown());
        }
        String form = "[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?";
        double value = Double.parseDouble(matching(key, form, "a number"));
        if (!Double.isFinite(value)) {
            throw new RunFileException(
                    "not finite: key=" + path(key) + ", value=" + node(key).shown());
        }
        return value;
    }

    /** A finite number; empty where the word {@code none} stands in its place. */
    OptionalDouble number(String key, String none) {
        return node(key) instanceof Scalar scalar && scalar.text().equals(none)
                ? OptionalDouble.empty()
                : OptionalDouble.of(number(key));
    }

    /** The numbers of the mapping at {@code key}, whose keys are free; empty without one. */
    SortedMap<String, Double> numbers(String key) {
        Mapping mapping = mapping(key, own);
        Section free =
                new Section(
                        path(key),
                        mapping,
                        new Mapping(Map.of()),
                        List.copyOf(mapping.entries().keySet()));
        SortedMap<String, Double> numbers = new TreeMap<>();
        mapping.entries().keySet().forEach(name -> numbers.put(name, free.number(name)));
        return numbers;
    }

    /** The list of whole numbers at {@code key}. */
    List<Integer> integers(String key) {
        List<Integer> numbers = new ArrayList<>();
        for (String text : texts(key)) {
            if (!text.matches("[0-9]{1,9}")) {
                throw new RunFileException(
                        "wrong type: key="
                                + path(key)
                                + ", value="
                                + text
                                + ", expected=whole numbers");
            }
            numbers.add(Integer.parseInt(text));
        }
        return numbers;
    }

    boolean flag(String key) {
        return matching(key, "[Tt]rue|TRUE|[Ff]alse|FALSE", "true or false")
                .equalsIgnoreCase("true");
    }

    private String matching(String key, String form, String expected) {
        if (node(key) instanceof Scalar scalar
                && scalar.text().length() <= MAX_NUMBER_CHARACTERS
                && scalar.text().matches(form)) {
            return scalar.text();
        }
        throw wrongType(key, node(key), expected);
    }

    Duration duration(String key) {
        return Duration.ofMillis(quantity(key, Quantity.DURATION));
    }

    long bitsPerSecond(String key) {
        return quantity(key, Quantity.RATE);
    }

    private long quantity(String key, Quantity quantity) {
        return quantity.parse(path(key), text(key, node(key), quantity.expected()));
    }

    <W extends Enum<W> & Word> W word(String key, Class<W> type) {
        W[] words = type.getEnumConstants();
        List<String> allowed = Arrays.stream(words).map(Word::key).toList();
        String text = text(key, node(key), "one of " + allowed);
        for (W word : words) {
            if (word.key().equals(text)) {
                return word;
            }
        }
        throw Spelling.refusal("unknown word", path(key), text, allowed);
    }

    private YamlNode node(String key) {
        return Optional.ofNullable(own.getOrDefault(key, defaults.get(key)))
                .orElseThrow(
                        () ->
                                new RunFileException(
                                        "missing: key=" + path(key) + ", bound=required"));
    }

    private String path(String key) {
        return YamlComposer.path(path, key);
    }

    private RunFileException wrongType(String key, YamlNode value, String expected) {
        return new RunFileException(
                "wrong type: key="
                        + path(key)
                        + ", value="
                        + value.shown()
                        + ", expected="
                        + expected);
    }
}
