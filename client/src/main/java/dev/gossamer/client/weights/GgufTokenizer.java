package dev.gossamer.client.weights;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.gossamer.client.text.SpecialTokens;
import dev.gossamer.client.text.Tokenizer;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The tokeniser that a GGUF file's metadata describes, written as a {@code tokenizer.json}.
 *
 * <p>{@code tokenizer.ggml.model} names the kind: {@code gpt2} is byte-level byte-pair encoding,
 * its split into words named by {@code tokenizer.ggml.pre}; {@code llama} is SentencePiece's
 * byte-pair encoding, which has scores in place of merges.
 */
final class GgufTokenizer {
    private static final String PREFIX = "tokenizer.ggml.";
    private static final int NORMAL = 1;
    private static final int UNKNOWN = 2;
    private static final int CONTROL = 3;
    private static final int USER_DEFINED = 4;

    private final GgufMetadata metadata;
    private final List<String> tokens;
    private final List<Integer> types;
    private final ObjectNode json = JsonNodeFactory.instance.objectNode();

    private GgufTokenizer(GgufMetadata metadata, int vocabulary) {
        this.metadata = metadata;
        tokens = metadata.texts(PREFIX + "tokens");
        types = metadata.wholes(PREFIX + "token_type");
        if (tokens.isEmpty() || tokens.size() > vocabulary) {
            throw metadata.unsuitable(
                    "tokens do not fit the word embeddings: tokens="
                            + tokens.size()
                            + ", bounds=1 to "
                            + vocabulary);
        }
        if (!types.isEmpty() && types.size() != tokens.size()) {
            throw metadata.unsuitable(
                    "token types do not fit: types=" + types.size() + ", tokens=" + tokens.size());
        }
    }

    /**
     * The tokeniser; none where the file has none.
     *
     * @param vocabulary how many tokens the model has word embeddings for
     */
    static Optional<Tokenizer> read(GgufMetadata metadata, int vocabulary) {
        return metadata.text(PREFIX + "model")
                .map(model -> new GgufTokenizer(metadata, vocabulary).tokenizer(model));
    }

    private Tokenizer tokenizer(String model) {
        json.put("version", "1.0").putNull("truncation").putNull("padding");
        switch (model) {
            case "gpt2" -> byteLevel();
            case "llama" -> sentencePiece();
            default ->
                    throw metadata.unsuitable(
                            "tokeniser that is not supported: "
                                    + PREFIX
                                    + "model="
                                    + model
                                    + ", supported=[gpt2, llama]");
        }
        try {
            return Tokenizer.of(json.toString(), specialTokens());
        } catch (IllegalArgumentException e) {
            throw metadata.unsuitable(e.getMessage());
        }
    }

    private void byteLevel() {
        String key = PREFIX + "pre";
        String name = metadata.text(key).orElse("default");
        WordSplit split =
                WordSplit.named(name)
                        .orElseThrow(
                                () ->
                                        metadata.unsuitable(
                                                "split into words that is not supported: "
                                                        + key
                                                        + "="
                                                        + name
                                                        + ", supported="
                                                        + WordSplit.allNames()));
        addAddedTokens();
        json.set("normalizer", split.normalizer());
        json.set("pre_tokenizer", split.preTokenizer());
        addPostProcessor(split.beginsByDefault());
        json.putObject("decoder")
                .put("type", "ByteLevel")
                .put("add_prefix_space", true)
                .put("trim_offsets", true)
                .put("use_regex", true);
        ObjectNode model =
                addModel(metadata.texts(PREFIX + "merges").stream().map(this::pair).toList());
        model.put("ignore_merges", split.takesWholeWords()).put("byte_fallback", false);
        model.putNull("unk_token").put("fuse_unk", false);
    }

    private String[] pair(String merge) {
        // A token has no blank: its bytes are written as letters. The first place may be one.
        int blank = merge.indexOf(' ', 1);
        if (blank < 0 || blank == merge.length() - 1) {
            throw metadata.unsuitable("merge is no pair: merge=" + merge);
        }
        return new String[] {merge.substring(0, blank), merge.substring(blank + 1)};
    }

    private void sentencePiece() {
        if (metadata.value(PREFIX + "precompiled_charsmap").isPresent()
                || metadata.flag(PREFIX + "remove_extra_whitespaces").orElse(false)) {
            throw metadata.unsuitable(
                    "SentencePiece models that change characters are not supported");
        }
        List<Double> scores = metadata.reals(PREFIX + "scores");
        if (scores.size() != tokens.size() || types.isEmpty()) {
            throw metadata.unsuitable(
                    "scores and types do not fit: scores="
                            + scores.size()
                            + ", types="
                            + types.size()
                            + ", tokens="
                            + tokens.size());
        }
        int unknown = id("unknown_token_id").orElse(types.indexOf(UNKNOWN));
        if (unknown < 0) {
            throw metadata.unsuitable("no unknown token: key=" + PREFIX + "unknown_token_id");
        }
        boolean prefixed = metadata.flag(PREFIX + "add_space_prefix").orElse(true);
        addAddedTokens();
        json.set("normalizer", SentencePiece.normalizer(prefixed));
        json.putNull("pre_tokenizer");
        addPostProcessor(true);
        json.set("decoder", SentencePiece.decoder(prefixed));
        ObjectNode model =
                addModel(SentencePiece.merges(tokens, scores, id -> types.get(id) == NORMAL));
        model.put("ignore_merges", false).put("byte_fallback", true);
        model.put("unk_token", tokens.get(unknown)).put("fuse_unk", true);
    }

    private void addAddedTokens() {
        ArrayNode added = json.putArray("added_tokens");
        for (int id = 0; id < types.size(); id++) {
            int type = types.get(id);
            if (type == CONTROL || type == USER_DEFINED || type == UNKNOWN) {
                added.addObject()
                        .put("id", id)
                        .put("content", tokens.get(id))
                        .put("single_word", false)
                        .put("lstrip", false)
                        .put("rstrip", false)
                        .put("normalized", false)
                        .put("special", type != USER_DEFINED);
            }
        }
    }

    /** What is put around a text: the tokens of its beginning and of its end, as the file says. */
    private void addPostProcessor(boolean beginsByDefault) {
        Map<String, Integer> around = new LinkedHashMap<>();
        ObjectNode processor = json.putObject("post_processor").put("type", "TemplateProcessing");
        ArrayNode single = processor.putArray("single");
        ArrayNode pair = processor.putArray("pair");
        boolean begins = metadata.flag(PREFIX + "add_bos_token").orElse(beginsByDefault);
        OptionalInt beginning = begins ? id("bos_token_id") : OptionalInt.empty();
        boolean ends = metadata.flag(PREFIX + "add_eos_token").orElse(false);
        OptionalInt end = ends ? id("eos_token_id") : OptionalInt.empty();
        for (String text : List.of("A", "B")) {
            beginning.ifPresent(id -> addSpecial(id, text, around, single, pair));
            addPart(text, "Sequence", text, single, pair);
            end.ifPresent(id -> addSpecial(id, text, around, single, pair));
        }
        ObjectNode special = processor.putObject("special_tokens");
        around.forEach(
                (token, id) -> {
                    ObjectNode entry = special.putObject(token).put("id", token);
                    entry.putArray("ids").add(id);
                    entry.putArray("tokens").add(token);
                });
    }

    private void addSpecial(
            int id, String text, Map<String, Integer> around, ArrayNode single, ArrayNode pair) {
        around.put(tokens.get(id), id);
        addPart(text, "SpecialToken", tokens.get(id), single, pair);
    }

    /** Puts a part of text A into both templates, and one of text B into that of pairs. */
    private static void addPart(
            String text, String kind, String id, ArrayNode single, ArrayNode pair) {
        int type = text.equals("A") ? 0 : 1;
        if (type == 0) {
            single.addObject().putObject(kind).put("id", id).put("type_id", 0);
        }
        pair.addObject().putObject(kind).put("id", id).put("type_id", type);
    }

    private ObjectNode addModel(List<String[]> merges) {
        ObjectNode model = json.putObject("model").put("type", "BPE").putNull("dropout");
        model.putNull("continuing_subword_prefix").putNull("end_of_word_suffix");
        ObjectNode vocabulary = model.putObject("vocab");
        for (int id = 0; id < tokens.size(); id++) {
            vocabulary.put(tokens.get(id), id);
        }
        if (vocabulary.size() != tokens.size()) {
            throw metadata.unsuitable(
                    "a token is there twice: tokens="
                            + tokens.size()
                            + ", different="
                            + vocabulary.size());
        }
        ArrayNode array = model.putArray("merges");
        merges.forEach(merge -> array.addArray().add(merge[0]).add(merge[1]));
        return model;
    }

    private SpecialTokens specialTokens() {
        List<String> stops = new ArrayList<>();
        for (String key : List.of("eot_token_id", "eom_token_id")) {
            id(key).ifPresent(id -> stops.add(tokens.get(id)));
        }
        return new SpecialTokens(token("bos_token_id"), token("eos_token_id"), stops);
    }

    private Optional<String> token(String key) {
        OptionalInt id = id(key);
        return id.isEmpty() ? Optional.empty() : Optional.of(tokens.get(id.getAsInt()));
    }

    private OptionalInt id(String key) {
        OptionalInt id = metadata.whole(PREFIX + key, 0);
        if (id.orElse(0) >= tokens.size()) {
            throw metadata.unsuitable(
                    "no such token: "
                            + PREFIX
                            + key
                            + "="
                            + id.getAsInt()
                            + ", tokens="
                            + tokens.size());
        }
        return id;
    }
}
