package dev.gossamer.client.bench;

import java.util.List;

/** The middle of measurements, which a few disturbed ones do not move. */
final class Median {
    private Median() {}

    /** Of at least one value; the mean of the middle two of an even number. */
    static double of(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int half = sorted.size() / 2;
        return sorted.size() % 2 == 1
                ? sorted.get(half)
                : (sorted.get(half - 1) + sorted.get(half)) / 2;
    }
}
