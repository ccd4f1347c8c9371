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

/** One mapping of a file over its defaults; gives values by key and type, or refuses. */
public final class Section {
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
    public static Section root(Mapping file, Mapping defaults, String... keys) {
        return new Section("", file, defaults, List.of(keys));
    }

    /** The mapping at {@code key}, which may hold no other than {@code keys}. */
    public Section section(String key, String... keys) {
        return new Section(path(key), mapping(key, own), mapping(key, defaults), List.of(keys));
    }

    /**
     * The mappings in the list at {@code key}, each of which may hold no other than {@code keys};
     * nothing is their default.
     */
    public List<Section> sections(String key, String... keys) {
        List<Section> sections = new ArrayList<>();
        for (YamlNode item : items(key)) {
            String place = key + "[" + sections.size() + "]";
            if (!(item instanceof Mapping mapping)) {
                throw wrongType(place, item, "a mapping");
            }
            sections.add(new Section(path(place), mapping, Mapping.EMPTY, List.of(keys)));
        }
        return sections;
    }

    /** The mapping at {@code key} as it stands in the file; empty where there is none. */
    public Mapping mapping(String key) {
        return mapping(key, own);
    }

    private Mapping mapping(String key, Map<String, YamlNode> entries) {
        YamlNode node = entries.getOrDefault(key, Mapping.EMPTY);
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
    public boolean has(String key) {
        return own.containsKey(key);
    }

    /** Refuses every key that the file has besides {@code available}, for {@code cause}. */
    void refuseAllBut(String available, String cause) {
        for (String key : own.keySet()) {
            if (!key.equals(available)) {
                throw new RunFileException(
                        cause
                                + ": key="
                                + path(key)
                                + ", value="
                                + own.get(key).shown()
                                + ", available=["
                                + available
                                + "]");
            }
        }
    }

    /** The text at {@code key}. */
    public String text(String key) {
        return text(key, node(key), "text");
    }

    private String text(String key, YamlNode node, String expected) {
        if (node instanceof Scalar scalar && !scalar.isNothing()) {
            return scalar.text();
        }
        throw wrongType(key, node, expected);
    }

    /** The list at {@code key}; its items are text. */
    public List<String> texts(String key) {
        List<String> texts = new ArrayList<>();
        for (YamlNode item : items(key)) {
            texts.add(text(key, item, "text"));
        }
        return texts;
    }

    private List<YamlNode> items(String key) {
        if (node(key) instanceof Sequence list) {
            return list.items();
        }
        throw wrongType(key, node(key), "a list");
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

    /** The whole number at {@code key}. */
    public int integer(String key) {
        return (int) integer(key, node(key), Integer.MIN_VALUE, Integer.MAX_VALUE);
    }

    /** The whole number at {@code key}, as large as a seed may be. */
    public long longInteger(String key) {
        return longInteger(key, node(key));
    }

    /** The list of such numbers at {@code key}. */
    public List<Long> longIntegers(String key) {
        return items(key).stream().map(item -> longInteger(key, item)).toList();
    }

    private long longInteger(String key, YamlNode node) {
        return integer(key, node, Long.MIN_VALUE, Long.MAX_VALUE);
    }

    private long integer(String key, YamlNode node, long least, long most) {
        String text = matching(key, node, "[-+]?[0-9]+", "a whole number");
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
    public double number(String key) {
        return number(key, node(key));
    }

    /** The list of such numbers at {@code key}. */
    public List<Double> numberList(String key) {
        return items(key).stream().map(item -> number(key, item)).toList();
    }

    private double number(String key, YamlNode node) {
        if (node instanceof Scalar scalar
                && scalar.text().matches("(?i)[-+]?(\\.?inf(inity)?|\\.?nan)")) {
            throw new RunFileException(
                    "not finite: key=" + path(key) + ", value=" + scalar.shown());
        }
        String form = "[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?";
        double value = Double.parseDouble(matching(key, node, form, "a number"));
        if (!Double.isFinite(value)) {
            throw new RunFileException("not finite: key=" + path(key) + ", value=" + node.shown());
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
        return matching(key, node(key), "[Tt]rue|TRUE|[Ff]alse|FALSE", "true or false")
                .equalsIgnoreCase("true");
    }

    private String matching(String key, YamlNode node, String form, String expected) {
        if (node instanceof Scalar scalar
                && scalar.text().length() <= MAX_NUMBER_CHARACTERS
                && scalar.text().matches(form)) {
            return scalar.text();
        }
        throw wrongType(key, node, expected);
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

    /** The constant whose word stands at {@code key}. */
    public <W extends Enum<W> & Word> W word(String key, Class<W> type) {
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
