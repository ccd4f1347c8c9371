package dev.gossamer.client.text;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The tokens of one or two texts with the model's special tokens, and what each belongs to.
 *
 * @param ids of the tokens
 * @param types the token type of each: 1 for a second text where the model tells texts apart
 * @param words the index of the word of each, within its text; -1 for a special token
 * @param texts 0 or 1 for the text of each; -1 for a special token
 */
@SuppressWarnings("ArrayRecordComponent") // made once, read once
public record TokenizedText(int[] ids, int[] types, int[] words, int[] texts) {
    /** How many tokens. */
    public int size() {
        return ids.length;
    }

    /** Whether the model put the token there, and not the text. */
    public boolean special(int token) {
        return texts[token] < 0;
    }

    /** Where the first token of type 1 stands; the number of tokens where there is none. */
    public int secondText() {
        return (int) Arrays.stream(types).takeWhile(type -> type == 0).count();
    }

    /**
     * The same with no more than {@code maxTokens}: of two texts the longer is cut first, each at
     * its end, and special tokens stay.
     *
     * @throws IllegalArgumentException if special tokens leave no room
     */
    public TokenizedText cut(int maxTokens) {
        int first = count(0);
        int second = count(1);
        int specials = size() - first - second;
        int room = maxTokens - specials;
        if (room < 1) {
            throw new IllegalArgumentException(
                    "no room beside special tokens: maxTokens="
                            + maxTokens
                            + ", special tokens="
                            + specials);
        }
        if (first + second <= room) {
            return this;
        }
        int shorter = Math.min(first, second);
        // The longer gives way first; once both are too long, each gets half.
        int longer = Math.max(shorter, room - shorter);
        if (shorter + longer > room) {
            shorter = room / 2;
            longer = room - shorter;
        }
        return first > second ? keep(longer, shorter) : keep(shorter, longer);
    }

    private int count(int text) {
        return (int) Arrays.stream(texts).filter(of -> of == text).count();
    }

    private TokenizedText keep(int first, int second) {
        int[] left = {first, second};
        int[] kept =
                IntStream.range(0, size())
                        .filter(token -> special(token) || left[texts[token]]-- > 0)
                        .toArray();
        return new TokenizedText(
                pick(ids, kept), pick(types, kept), pick(words, kept), pick(texts, kept));
    }

    private static int[] pick(int[] values, int[] places) {
        return Arrays.stream(places).map(place -> values[place]).toArray();
    }
}
