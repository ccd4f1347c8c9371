package dev.gossamer.client.data;

/**
 * One tokenised row with its class.
 *
 * @param tokenIds with the model's special tokens, at least one; belongs to this object
 * @param label 0 to classes - 1
 */
@SuppressWarnings("ArrayRecordComponent") // rows are read, never compared
public record Example(int[] tokenIds, int label) {
    /** How many tokens the row has. */
    public int tokens() {
        return tokenIds.length;
    }
}
