package dev.gossamer.client.text;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The word pieces of an uncased BERT, one a line in the order of their numbers: all that its
 * tokeniser is made of.
 */
public final class WordPieceVocabulary {
    private static final String CLS = "[CLS]";
    private static final String SEP = "[SEP]";
    private static final List<String> SPECIAL = List.of("[PAD]", "[UNK]", CLS, SEP, "[MASK]");

    private final List<String> pieces;
    private final Map<String, Integer> numbers = new HashMap<>();

    private WordPieceVocabulary(List<String> pieces, Path source) {
        this.pieces = pieces;
        for (int i = 0; i < pieces.size(); i++) {
            numbers.put(pieces.get(i), i);
        }
        if (!numbers.keySet().containsAll(SPECIAL)) {
            throw new IllegalArgumentException(
                    "not a vocabulary of BERT: path=" + source + ", must hold=" + SPECIAL);
        }
    }

    /**
     * Reads a {@code vocab.txt}.
     *
     * @throws IllegalArgumentException if it lacks a special token
     */
    public static WordPieceVocabulary read(Path vocabulary) {
        try {
            return new WordPieceVocabulary(Files.readAllLines(vocabulary), vocabulary);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read vocabulary: path=" + vocabulary, e);
        }
    }

    /** The tokeniser as a {@code tokenizer.json} states it. */
    public String tokenizerJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("version", "1.0");
        ArrayNode added = json.putArray("added_tokens");
        SPECIAL.forEach(token -> addToken(added, token));
        json.putObject("normalizer")
                .put("type", "BertNormalizer")
                .put("clean_text", true)
                .put("handle_chinese_chars", true)
                .putNull("strip_accents")
                .put("lowercase", true);
        json.putObject("pre_tokenizer").put("type", "BertPreTokenizer");
        template(json.putObject("post_processor"));
        json.putObject("decoder").put("type", "WordPiece").put("prefix", "##").put("cleanup", true);
        ObjectNode model =
                json.putObject("model")
                        .put("type", "WordPiece")
                        .put("unk_token", "[UNK]")
                        .put("continuing_subword_prefix", "##")
                        .put("max_input_chars_per_word", 100);
        ObjectNode vocabulary = model.putObject("vocab");
        for (int i = 0; i < pieces.size(); i++) {
            vocabulary.put(pieces.get(i), i);
        }
        return json.toString();
    }

    private void addToken(ArrayNode added, String token) {
        added.addObject()
                .put("id", numbers.get(token))
                .put("content", token)
                .put("single_word", false)
                .put("lstrip", false)
                .put("rstrip", false)
                .put("normalized", false)
                .put("special", true);
    }

    /** {@code [CLS] A [SEP]}, and {@code [CLS] A [SEP] B [SEP]} for two texts. */
    private void template(ObjectNode processor) {
        processor.put("type", "TemplateProcessing");
        for (String kind : List.of("single", "pair")) {
            ArrayNode parts = processor.putArray(kind);
            part(parts, "SpecialToken", CLS, 0);
            part(parts, "Sequence", "A", 0);
            part(parts, "SpecialToken", SEP, 0);
            if (kind.equals("pair")) {
                part(parts, "Sequence", "B", 1);
                part(parts, "SpecialToken", SEP, 1);
            }
        }
        ObjectNode special = processor.putObject("special_tokens");
        for (String token : List.of(CLS, SEP)) {
            ObjectNode entry = special.putObject(token).put("id", token);
            entry.putArray("ids").add(numbers.get(token));
            entry.putArray("tokens").add(token);
        }
    }

    private static void part(ArrayNode parts, String kind, String id, int type) {
        parts.addObject().putObject(kind).put("id", id).put("type_id", type);
    }
}
