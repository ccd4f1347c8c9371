package dev.gossamer.client.weights;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** How a byte-level tokeniser cuts a text into words before it merges bytes. */
enum WordSplit {
    /** The pattern of GPT-2. */
    GPT2("", false),
    /** Each digit by itself, then the pattern of GPT-2. */
    DIGITS("", false),
    /** At most three digits together. */
    LLAMA3(Words.LLAMA3, true),
    /** Each digit by itself, line ends with what is before them. */
    QWEN2(Words.QWEN2, false),
    /** Words cut where their case changes. */
    TEKKEN(Words.TEKKEN, true);

    /** The patterns that the tokenizers library has no name for. */
    private static final class Words {
        private static final String ENGLISH = "(?i:'s|'t|'re|'ve|'m|'ll|'d)|";
        private static final String WORD = "[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|";
        private static final String SIGNS_AND_BLANKS =
                "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
        static final String LLAMA3 = ENGLISH + WORD + "\\p{N}{1,3}" + SIGNS_AND_BLANKS;
        static final String QWEN2 = ENGLISH + WORD + "\\p{N}" + SIGNS_AND_BLANKS;
        static final String TEKKEN =
                "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*"
                        + "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+"
                        + "|[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+"
                        + "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*"
                        + "|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+"
                        + "|\\s+(?!\\S)|\\s+";
    }

    private final String pattern;
    private final boolean takesWholeWords;

    WordSplit(String pattern, boolean takesWholeWords) {
        this.pattern = pattern;
        this.takesWholeWords = takesWholeWords;
    }

    /** The split that {@code tokenizer.ggml.pre} names. */
    static Optional<WordSplit> named(String name) {
        return Arrays.stream(values()).filter(split -> split.names().contains(name)).findFirst();
    }

    private List<String> names() {
        return switch (this) {
            case GPT2 -> List.of("default", "gpt-2", "mpt", "olmo", "jais");
            case DIGITS ->
                    List.of(
                            "smollm",
                            "starcoder",
                            "refact",
                            "command-r",
                            "codeshell",
                            "exaone",
                            "minerva-7b");
            case LLAMA3 -> List.of("llama-bpe", "llama3", "llama-v3", "falcon3");
            case QWEN2 -> List.of("qwen2", "deepseek-r1-qwen");
            case TEKKEN -> List.of("tekken");
        };
    }

    /** Every name that is known. */
    static List<String> allNames() {
        return Arrays.stream(values()).flatMap(split -> split.names().stream()).sorted().toList();
    }

    /** Whether a word that is a token is that token, whatever the merges say. */
    boolean takesWholeWords() {
        return takesWholeWords;
    }

    /** Whether a text begins with its special token where the file says nothing. */
    boolean beginsByDefault() {
        return this == LLAMA3 || this == TEKKEN;
    }

    /** What {@code normalizer} of a {@code tokenizer.json} says. */
    JsonNode normalizer() {
        return this == QWEN2
                ? JsonNodeFactory.instance.objectNode().put("type", "NFC")
                : NullNode.getInstance();
    }

    /** What {@code pre_tokenizer} of a {@code tokenizer.json} says. */
    JsonNode preTokenizer() {
        return switch (this) {
            case GPT2 -> byteLevel(true);
            case DIGITS -> sequence(digits(), byteLevel(true));
            case LLAMA3, QWEN2, TEKKEN -> sequence(split(), byteLevel(false));
        };
    }

    private static ObjectNode sequence(ObjectNode first, ObjectNode second) {
        ObjectNode sequence = node("Sequence");
        sequence.putArray("pretokenizers").add(first).add(second);
        return sequence;
    }

    private static ObjectNode digits() {
        return node("Digits").put("individual_digits", true);
    }

    private ObjectNode split() {
        ObjectNode split = node("Split").put("behavior", "Isolated").put("invert", false);
        split.putObject("pattern").put("Regex", pattern);
        return split;
    }

    private static ObjectNode byteLevel(boolean useRegex) {
        return node("ByteLevel")
                .put("add_prefix_space", false)
                .put("trim_offsets", true)
                .put("use_regex", useRegex);
    }

    private static ObjectNode node(String type) {
        return JsonNodeFactory.instance.objectNode().put("type", type);
    }
}
