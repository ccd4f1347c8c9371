package dev.gossamer.client.command;

import dev.gossamer.client.text.Tokenizer;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/** The ids of the tokens that stand for no text. */
final class Marks {
    /** What BERT and RoBERTa, and all that descend from them, call the mask. */
    private static final List<String> MASKS = List.of("[MASK]", "<mask>");

    private Marks() {}

    /** The token that ends a text, where the model has one. */
    static OptionalInt end(Tokenizer tokenizer) {
        Optional<String> end = tokenizer.specialTokens().end();
        return end.isPresent() ? tokenizer.id(end.get()) : OptionalInt.empty();
    }

    /** The tokens that close an answer. */
    static Set<Integer> stops(Tokenizer tokenizer) {
        return tokenizer.specialTokens().stops().stream()
                .map(tokenizer::id)
                .filter(OptionalInt::isPresent)
                .map(OptionalInt::getAsInt)
                .collect(Collectors.toSet());
    }

    /** The mask. */
    static int mask(Tokenizer tokenizer) {
        return tokenizer.id(maskWord(tokenizer)).orElseThrow();
    }

    /** How the mask is written. */
    static String maskWord(Tokenizer tokenizer) {
        return MASKS.stream()
                .filter(word -> tokenizer.id(word).isPresent())
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "tokeniser has no mask: looked for=" + MASKS));
    }
}
