package dev.gossamer.client.text;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;

import dev.gossamer.client.weights.ArtifactCache;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * A model's own tokeniser, as its {@code tokenizer.json} states it but for padding and truncation,
 * which are the caller's.
 *
 * <p>Any thread may call it. It lives as long as the process does, as its model does.
 */
public final class Tokenizer {
    private static final Map<String, String> NO_PADDING =
            Map.of("padding", "false", "truncation", "false");

    private final HuggingFaceTokenizer tokenizer;
    private final SpecialTokens specialTokens;
    private final Json json;

    private Tokenizer(HuggingFaceTokenizer tokenizer, SpecialTokens specialTokens, Json json) {
        this.tokenizer = tokenizer;
        this.specialTokens = specialTokens;
        this.json = json;
    }

    /** Where the {@code tokenizer.json} can be had again, as it may have megabytes. */
    @FunctionalInterface
    private interface Json {
        InputStream open() throws IOException;
    }

    /** Opens a {@code tokenizer.json} of which nothing more is known. */
    public static Tokenizer open(Path tokenizerJson) {
        return open(tokenizerJson, SpecialTokens.UNKNOWN);
    }

    /** Opens a {@code tokenizer.json}. */
    public static Tokenizer open(Path tokenizerJson, SpecialTokens specialTokens) {
        try {
            return read(() -> Files.newInputStream(tokenizerJson), specialTokens);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read tokeniser: path=" + tokenizerJson, e);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(e.getMessage() + ", path=" + tokenizerJson, e);
        }
    }

    /**
     * Opens the text of a {@code tokenizer.json}.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static Tokenizer of(String tokenizerJson, SpecialTokens specialTokens) {
        byte[] bytes = tokenizerJson.getBytes(StandardCharsets.UTF_8);
        try {
            return read(() -> new ByteArrayInputStream(bytes), specialTokens);
        } catch (IOException e) {
            throw new UncheckedIOException("reading from memory cannot fail", e);
        }
    }

    private static Tokenizer read(Json json, SpecialTokens specialTokens) throws IOException {
        useNativesOfTheJar();
        try (InputStream in = json.open()) {
            return new Tokenizer(
                    HuggingFaceTokenizer.newInstance(in, NO_PADDING), specialTokens, json);
        } catch (RuntimeException e) {
            throw new IllegalArgumentException("bad tokeniser: reason=" + e.getMessage(), e);
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

    /**
     * The token ids of {@code text} alone, without special tokens around it. Special tokens that it
     * names itself are single tokens: so a rendered chat is read.
     */
    public int[] encodeBare(String text) {
        return ints(tokenizer.encode(text, false, false).getIds());
    }

    /**
     * The text of {@code ids} without special tokens; bytes that are no text become {@code U+FFFD}.
     */
    public String decode(int... ids) {
        return tokenizer.decode(Arrays.stream(ids).asLongStream().toArray(), true);
    }

    /** The id of {@code token} where that is one token, as {@code [MASK]}. */
    public OptionalInt id(String token) {
        int[] ids = encodeBare(token);
        return ids.length == 1 ? OptionalInt.of(ids[0]) : OptionalInt.empty();
    }

    /** The bytes of the {@code tokenizer.json} that this was opened from. */
    public byte[] json() throws IOException {
        try (InputStream in = json.open()) {
            return in.readAllBytes();
        }
    }

    /** The model's special tokens by role, as far as its files tell. */
    public SpecialTokens specialTokens() {
        return specialTokens;
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
