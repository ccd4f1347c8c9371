package dev.gossamer.client.adapter;

import java.util.Arrays;
import java.util.Optional;

/** What a user may choose between a sequence's tokens and its class scores. */
public enum PoolingChoice {
    /** The mean of the tokens, then one linear map. */
    MEAN("mean"),
    /** The first token, then one linear map. */
    CLS("cls"),
    /** Hugging Face's own head of the family, which stock transformers loads. */
    HEAD("head");

    private final String key;

    PoolingChoice(String key) {
        this.key = key;
    }

    /** The word in run files and on the command line. */
    public String key() {
        return key;
    }

    /** The choice called {@code key}. */
    public static Optional<PoolingChoice> of(String key) {
        return Arrays.stream(values()).filter(choice -> choice.key.equals(key)).findFirst();
    }
}
