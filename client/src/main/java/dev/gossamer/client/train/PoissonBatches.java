package dev.gossamer.client.train;

import dev.gossamer.client.data.Example;
import dev.gossamer.client.data.Rows;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;

/**
 * Batches that each row joins by a coin of its own: their size varies, and may be 0.
 *
 * <p>That sampling amplifies privacy only while nobody else knows the coins, so they come from the
 * caller's secure source and never from a run's published seed.
 */
public final class PoissonBatches {
    private final Rows rows;
    private final double rate;
    private final DoubleSupplier coins;

    /**
     * Batches of {@code rows}.
     *
     * @param rate with which a row joins a batch, in (0, 1]
     * @param coins uniform in [0, 1), secret
     */
    public PoissonBatches(Rows rows, double rate, DoubleSupplier coins) {
        if (!(rate > 0 && rate <= 1)) {
            throw new IllegalArgumentException(
                    "sampling rate out of range: rate=" + rate + ", bound=(0,1]");
        }
        this.rows = rows;
        this.rate = rate;
        this.coins = coins;
    }

    /** The next batch, its rows as they are in {@code epoch}. */
    public List<Example> next(int epoch) {
        List<Example> batch = new ArrayList<>();
        for (int row = 0; row < rows.size(); row++) {
            if (coins.getAsDouble() < rate) {
                batch.add(rows.at(row, epoch));
            }
        }
        return batch;
    }
}
