package dev.gossamer.client.data;

import dev.gossamer.protocols.random.CounterRandom;

import java.util.ArrayList;
import java.util.List;

/** Rows to train on; a row may look different in each epoch, and always the same in one. */
public interface Rows {
    /** How many. */
    int size();

    /**
     * Row {@code index} as it is in {@code epoch}, from 0.
     *
     * <p>A pure function of both, so that a training that goes on sees what it would have seen.
     */
    Example at(int index, int epoch);

    /** Rows that are the same in all epochs. */
    static Rows of(List<Example> rows) {
        List<Example> kept = List.copyOf(rows);
        return new Rows() {
            @Override
            public int size() {
                return kept.size();
            }

            @Override
            public Example at(int index, int epoch) {
                return kept.get(index);
            }
        };
    }

    /** All rows as they are in {@code epoch}. */
    default List<Example> in(int epoch) {
        List<Example> rows = new ArrayList<>(size());
        for (int index = 0; index < size(); index++) {
            rows.add(at(index, epoch));
        }
        return rows;
    }

    /** What is trained on, and what is kept to look at the result. */
    record Split(List<Example> train, List<Example> heldOut) {}

    /**
     * Splits at random: the nearest whole number of rows to {@code fraction} is held out, and at
     * least one row is left to train on.
     *
     * @param fraction in [0, 1)
     */
    static Split split(List<Example> rows, double fraction, long seed) {
        if (!(fraction >= 0 && fraction < 1)) {
            throw new IllegalArgumentException(
                    "held-out fraction out of range: fraction=" + fraction + ", bound=[0,1)");
        }
        int heldOut = (int) Math.round(rows.size() * fraction);
        heldOut = Math.max(0, Math.min(heldOut, rows.size() - 1));
        List<Example> shuffled = new ArrayList<>(rows.size());
        for (int index : CounterRandom.of(seed, "held-out", 0, "").permutation(rows.size())) {
            shuffled.add(rows.get(index));
        }
        return new Split(
                List.copyOf(shuffled.subList(heldOut, rows.size())),
                List.copyOf(shuffled.subList(0, heldOut)));
    }
}
