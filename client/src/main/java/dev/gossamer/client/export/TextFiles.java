package dev.gossamer.client.export;

import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.gossamer.client.text.SpecialTokens;
import dev.gossamer.client.text.Tokenizer;
import dev.gossamer.client.weights.PretrainedModel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What a folder says about text: the tokeniser, its special tokens, and when an answer ends. */
final class TextFiles {
    private static final List<String> NAMES =
            List.of(
                    "tokenizer.json",
                    "tokenizer_config.json",
                    "special_tokens_map.json",
                    "added_tokens.json",
                    "vocab.txt",
                    "vocab.json",
                    "merges.txt",
                    "tokenizer.model",
                    "sentencepiece.bpe.model",
                    "chat_template.jinja",
                    "generation_config.json");

    /** The names of an encoder's special tokens in the vocabularies that BERT's files come with. */
    private static final Map<String, String> ENCODER_ROLES =
            Map.of(
                    "pad_token", "[PAD]",
                    "unk_token", "[UNK]",
                    "cls_token", "[CLS]",
                    "sep_token", "[SEP]",
                    "mask_token", "[MASK]");

    private TextFiles() {}

    /** Copies those that are there. */
    static void copy(Path from, Path to) throws IOException {
        for (String name : NAMES) {
            if (Files.isRegularFile(from.resolve(name))) {
                Files.copy(from.resolve(name), to.resolve(name));
            }
        }
    }

    /**
     * Writes what {@code model} knows.
     *
     * @param config of the model, which gets the numbers of the special tokens
     */
    static void write(Path folder, PretrainedModel model, ObjectNode config) throws IOException {
        if (model.tokenizer().isEmpty()) {
            return;
        }
        Tokenizer tokenizer = model.tokenizer().get();
        Files.write(folder.resolve("tokenizer.json"), tokenizer.json());
        ObjectNode text = JsonFields.object();
        text.put("tokenizer_class", "PreTrainedTokenizerFast");
        text.put("model_max_length", model.base().architecture().positions());
        tokenizer.specialTokens().beginning().ifPresent(token -> text.put("bos_token", token));
        tokenizer.specialTokens().end().ifPresent(token -> text.put("eos_token", token));
        if (model.base().architecture().causal()) {
            putStops(folder, tokenizer, config);
        } else {
            ENCODER_ROLES.entrySet().stream()
                    .sorted(Map.Entry.comparingByKey())
                    .filter(role -> tokenizer.id(role.getValue()).isPresent())
                    .forEach(role -> text.put(role.getKey(), role.getValue()));
        }
        model.chatTemplate().ifPresent(template -> text.put("chat_template", template));
        Files.write(folder.resolve("tokenizer_config.json"), JsonFields.text(text));
    }

    private static void putStops(Path folder, Tokenizer tokenizer, ObjectNode config)
            throws IOException {
        SpecialTokens special = tokenizer.specialTokens();
        List<Integer> stops =
                special.stops().stream()
                        .flatMapToInt(token -> tokenizer.id(token).stream())
                        .boxed()
                        .toList();
        ObjectNode generation = JsonFields.object();
        special.beginning()
                .flatMap(token -> tokenizer.id(token).stream().boxed().findFirst())
                .ifPresent(
                        id -> {
                            config.put("bos_token_id", id);
                            generation.put("bos_token_id", id);
                        });
        if (!stops.isEmpty()) {
            config.put("eos_token_id", stops.getFirst());
            stops.forEach(generation.putArray("eos_token_id")::add);
        }
        Files.write(folder.resolve("generation_config.json"), JsonFields.text(generation));
    }
}
