package dev.gossamer.client.text;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;

import dev.gossamer.client.weights.ArtifactCache;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A model's own tokeniser, as its {@code tokenizer.json} states it but for padding and truncation,
 * which are the caller's.
 *
 * <p>Any thread may call it. It lives as long as the process does, as its model does.
 */
public final class Tokenizer {
    private final HuggingFaceTokenizer tokenizer;

    private Tokenizer(HuggingFaceTokenizer tokenizer) {
        this.tokenizer = tokenizer;
    }

    /** Opens a {@code tokenizer.json}. */
    public static Tokenizer open(Path tokenizerJson) {
        useNativesOfTheJar();
        try {
            return new Tokenizer(
                    HuggingFaceTokenizer.builder()
                            .optTokenizerPath(tokenizerJson)
                            .optPadding(false)
                            .optTruncation(false)
                            .build());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read tokeniser: path=" + tokenizerJson, e);
        }
    }

    /** Offline, the library takes its CPU natives from its jar and never asks the network. */
    private static void useNativesOfTheJar() {
        System.setProperty("ai.djl.offline", "true");
        if (System.getProperty("ENGINE_CACHE_DIR") == null) {
            System.setProperty(
                    "ENGINE_CACHE_DIR",
                    ArtifactCache.environmentFolder().resolve("djl").toString());
        }
    }

    /**
     * The token ids of {@code text} with the model's special tokens, cut at its end so that no more
     * than {@code maxTokens} are left, special tokens among them.
     *
     * @param maxTokens at least one more than the special tokens
     */
    public int[] encode(String text, int maxTokens) {
        return tokenize(text).cut(maxTokens).ids();
    }

    /** The tokens of {@code text}. */
    public TokenizedText tokenize(String text) {
        return tokenized(tokenizer.encode(text, true, false));
    }

    /** The tokens of two texts that belong together. */
    public TokenizedText tokenize(String text, String second) {
        return tokenized(tokenizer.encode(text, second, true, false));
    }

    /** The tokens of words that were split before, as in a running text: blanks between them. */
    public TokenizedText tokenize(List<String> words) {
        List<String> spaced = new ArrayList<>(words.size());
        for (String word : words) {
            spaced.add(spaced.isEmpty() ? word : " " + word);
        }
        return tokenized(tokenizer.encode(spaced, true, false));
    }

    /** The tokens of {@code text} alone, without the special tokens that a model begins with. */
    public int[] encodePlain(String text) {
        return ints(tokenizer.encode(text, false, false).getIds());
    }

    private static TokenizedText tokenized(Encoding encoding) {
        return new TokenizedText(
                ints(encoding.getIds()),
                ints(encoding.getTypeIds()),
                ints(encoding.getWordIds()),
                ints(encoding.getSequenceIds()));
    }

    private static int[] ints(long[] values) {
        return Arrays.stream(values).mapToInt(Math::toIntExact).toArray();
    }
}
