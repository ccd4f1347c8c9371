package dev.gossamer.protocols.run;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A piece of a YAML document, before anything is known about its meaning. */
public sealed interface YamlNode {
    /** What a refusal shows of it. */
    String shown();

    /**
     * Text, whatever it means.
     *
     * @param plain whether it stands without quotes
     */
    record Scalar(String text, boolean plain) implements YamlNode {
        /** Whether it says that there is no value. */
        boolean isNothing() {
            return plain && text.matches("|~|null|Null|NULL");
        }

        @Override
        public String shown() {
            return isNothing() ? "nothing" : RunFileException.shown(text);
        }
    }

    /** A list. */
    record Sequence(List<YamlNode> items) implements YamlNode {
        /** Copies the list. */
        public Sequence {
            items = List.copyOf(items);
        }

        @Override
        public String shown() {
            return "a list";
        }
    }

    /** Keys and values in the order of the document. */
    record Mapping(Map<String, YamlNode> entries) implements YamlNode {
        /** Nothing at all. */
        public static final Mapping EMPTY = new Mapping(Map.of());

        /** Copies the map. */
        public Mapping {
            entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
        }

        /** {@code value} without quotes at the end of the path that {@code keys} are. */
        public static Mapping of(Object value, String... keys) {
            YamlNode node = new Scalar(String.valueOf(value), true);
            for (int i = keys.length - 1; i >= 0; i--) {
                node = new Mapping(Map.of(keys[i], node));
            }
            return (Mapping) node;
        }

        /** This over {@code other}: mappings of one key are merged, anything else is replaced. */
        public Mapping over(Mapping other) {
            Map<String, YamlNode> merged = new LinkedHashMap<>(other.entries);
            entries.forEach((key, own) -> merged.merge(key, own, Mapping::merged));
            return new Mapping(merged);
        }

        private static YamlNode merged(YamlNode below, YamlNode own) {
            return own instanceof Mapping mine && below instanceof Mapping other
                    ? mine.over(other)
                    : own;
        }

        @Override
        public String shown() {
            return "a mapping";
        }
    }
}
