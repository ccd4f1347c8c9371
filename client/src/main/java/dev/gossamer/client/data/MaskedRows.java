package dev.gossamer.client.data;

import dev.gossamer.protocols.random.CounterRandom;

import java.util.Arrays;
import java.util.List;

/**
 * Rows of masked language modelling, masked anew in each epoch (Devlin and others, arXiv
 * 1810.04805): each token that may be is chosen with probability 0.15; of those chosen, 80 % become
 * the mask, 10 % a random token, and 10 % stay. Only chosen tokens have a label.
 *
 * <p>What is chosen depends on (seed, epoch, owner, row) alone.
 */
public final class MaskedRows implements Rows {
    private static final double CHOSEN = 0.15;
    private static final double MASKED = 0.8;
    private static final double RANDOM = 0.9;

    private final List<Example> rows;
    private final int mask;
    private final int vocabulary;
    private final long seed;
    private final String owner;

    /**
     * Masks for {@code rows}, whose labels say which tokens may be masked.
     *
     * @param mask the mask's token id
     * @param vocabulary random tokens are below it
     * @param owner the node, or what the rows are for
     */
    public MaskedRows(List<Example> rows, int mask, int vocabulary, long seed, String owner) {
        this.rows = List.copyOf(rows);
        this.mask = mask;
        this.vocabulary = vocabulary;
        this.seed = seed;
        this.owner = owner;
    }

    @Override
    public int size() {
        return rows.size();
    }

    @Override
    public Example at(int index, int epoch) {
        Example row = rows.get(index);
        CounterRandom coins = CounterRandom.of(seed, "masks", epoch, owner + "/" + index);
        int[] ids = row.tokenIds().clone();
        int[] labels = new int[ids.length];
        Arrays.fill(labels, Example.NO_LABEL);
        for (int token = 0; token < ids.length; token++) {
            if (row.labels()[token] != Example.NO_LABEL && coins.nextDouble() < CHOSEN) {
                labels[token] = ids[token];
                double kind = coins.nextDouble();
                if (kind < MASKED) {
                    ids[token] = mask;
                } else if (kind < RANDOM) {
                    ids[token] = coins.nextInt(vocabulary);
                }
            }
        }
        return new Example(ids, labels, row.secondText());
    }
}
