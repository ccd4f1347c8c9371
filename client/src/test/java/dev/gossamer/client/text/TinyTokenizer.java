package dev.gossamer.client.text;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A byte-level tokeniser of letters, digits, blank and line end, with the merges {@code ab} and
 * {@code \n\n} and the special tokens {@code <end>} (0), {@code <say>} (1) and {@code [MASK]} (2).
 */
public final class TinyTokenizer {
    public static final int END = 0;
    public static final int SAY = 1;
    public static final int MASK = 2;
    private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789 :\n";

    private TinyTokenizer() {}

    /** Writes it into {@code folder} and opens it. */
    public static Tokenizer open(Path folder) throws IOException {
        ObjectNode file = new ObjectMapper().createObjectNode().put("version", "1.0");
        ArrayNode added = file.putArray("added_tokens");
        special(added, END, "<end>");
        special(added, SAY, "<say>");
        special(added, MASK, "[MASK]");
        file.putNull("normalizer");
        byteLevel(file.putObject("pre_tokenizer"));
        file.putNull("post_processor");
        byteLevel(file.putObject("decoder"));
        ObjectNode model = file.putObject("model").put("type", "BPE");
        ObjectNode vocabulary = model.putObject("vocab").put("<end>", END).put("<say>", SAY);
        vocabulary.put("[MASK]", MASK);
        for (char next : LETTERS.replace(' ', 'Ġ').replace('\n', 'Ċ').toCharArray()) {
            vocabulary.put(String.valueOf(next), vocabulary.size());
        }
        vocabulary.put("ab", vocabulary.size()).put("ĊĊ", vocabulary.size() + 1);
        model.putArray("merges").add("a b").add("Ċ Ċ");
        return Tokenizer.open(Files.writeString(folder.resolve("tokenizer.json"), file.toString()));
    }

    private static void byteLevel(ObjectNode part) {
        part.put("type", "ByteLevel")
                .put("add_prefix_space", false)
                .put("trim_offsets", true)
                .put("use_regex", false);
    }

    private static void special(ArrayNode added, int id, String content) {
        added.addObject()
                .put("id", id)
                .put("content", content)
                .put("single_word", false)
                .put("lstrip", false)
                .put("rstrip", false)
                .put("normalized", false)
                .put("special", true);
    }

    /** The id of one character. */
    public static int id(char character) {
        return MASK + 1 + LETTERS.indexOf(character);
    }

    /** The id of the merge of a and b. */
    public static int ab() {
        return MASK + 1 + LETTERS.length();
    }
}
