package dev.gossamer.client.data;

import java.util.Arrays;

/**
 * One tokenised row with its labels.
 *
 * @param tokenIds with the model's special tokens, at least one; belongs to this object
 * @param labels one class for the whole row, or one class or token id for each token, as the task
 *     has it; {@link #NO_LABEL} where there is none; belongs to this object
 * @param secondText the index of the first token of a second text, which has another token type;
 *     the number of tokens where there is none
 */
@SuppressWarnings("ArrayRecordComponent") // rows are read, never compared
public record Example(int[] tokenIds, int[] labels, int secondText) {
    /** The label of a token that has none, as transformers writes it. */
    public static final int NO_LABEL = -100;

    /** A row of one text. */
    public Example(int[] tokenIds, int[] labels) {
        this(tokenIds, labels, tokenIds.length);
    }

    /** A row of one text and one class. */
    public Example(int[] tokenIds, int label) {
        this(tokenIds, new int[] {label});
    }

    /** The class of the row, or of its first token. */
    public int label() {
        return labels[0];
    }

    /** How many tokens the row has. */
    public int tokens() {
        return tokenIds.length;
    }

    /** How many labels the row has. */
    public int labelled() {
        return (int) Arrays.stream(labels).filter(label -> label != NO_LABEL).count();
    }
}
