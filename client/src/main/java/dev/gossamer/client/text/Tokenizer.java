package dev.gossamer.client.text;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;

import dev.gossamer.client.weights.ArtifactCache;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

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
        Encoding encoding = tokenizer.encode(text, true, false);
        long[] ids = encoding.getIds();
        int trailing = trailingSpecials(encoding.getSpecialTokenMask());
        if (maxTokens <= specials(encoding.getSpecialTokenMask())) {
            throw new IllegalArgumentException(
                    "no room beside special tokens: maxTokens="
                            + maxTokens
                            + ", special tokens="
                            + specials(encoding.getSpecialTokenMask()));
        }
        int kept = Math.min(ids.length, maxTokens);
        int[] cut = new int[kept];
        for (int i = 0; i < kept; i++) {
            // The last places belong to the special tokens that close the text.
            cut[i] = (int) ids[i < kept - trailing ? i : ids.length - kept + i];
        }
        return cut;
    }

    private static int specials(long[] mask) {
        int count = 0;
        for (long special : mask) {
            count += (int) special;
        }
        return count;
    }

    private static int trailingSpecials(long[] mask) {
        int count = 0;
        while (count < mask.length && mask[mask.length - 1 - count] == 1) {
            count++;
        }
        return count;
    }
}
