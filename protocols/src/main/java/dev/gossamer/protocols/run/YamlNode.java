package dev.gossamer.protocols.run;

import java.util.List;
import java.util.Map;

/** A piece of a YAML document, before anything is known about its meaning. */
sealed interface YamlNode {
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
        @Override
        public String shown() {
            return "a list";
        }
    }

    /** Keys and values in the order of the document. */
    record Mapping(Map<String, YamlNode> entries) implements YamlNode {
        @Override
        public String shown() {
            return "a mapping";
        }
    }
}
