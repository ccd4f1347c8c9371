package dev.gossamer.client.train;

import dev.gossamer.client.train.TrainingState.Position;
import dev.gossamer.protocols.random.CounterRandom;

/**
 * Rows without replacement in a fresh random order each epoch; a batch may span two.
 *
 * <p>The order depends on its coins and on how many were drawn, so that a position is all that has
 * to be kept.
 */
final class BatchOrder {
    /** A row, and the epoch that it is drawn in. */
    record Draw(int row, int epoch) {}

    private final int rows;
    private final CounterRandom coins;
    private int[] order;
    private int epoch;
    private int next;

    /** The order of {@code rows} rows by {@code coins}, from {@code position} on. */
    BatchOrder(int rows, CounterRandom coins, Position position) {
        this.rows = rows;
        this.coins = coins;
        order = coins.permutation(rows);
        while (epoch < position.epoch()) {
            order = coins.permutation(rows);
            epoch++;
        }
        next = position.next();
    }

    /** The next row. */
    Draw draw() {
        if (next == rows) {
            order = coins.permutation(rows);
            next = 0;
            epoch++;
        }
        return new Draw(order[next++], epoch);
    }

    Position position() {
        return new Position(epoch, next);
    }
}
