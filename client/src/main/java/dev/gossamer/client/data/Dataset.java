package dev.gossamer.client.data;

import dev.gossamer.client.text.Tokenizer;
import dev.gossamer.protocols.random.CounterRandom;

import java.util.ArrayList;
import java.util.List;

/**
 * Tokenised rows and the classes that their labels count.
 *
 * @param classes by name; a row's label is an index into it
 */
public record Dataset(List<Example> rows, List<String> classes) {
    /** Rows whose labels are within the classes. */
    public Dataset {
        rows = List.copyOf(rows);
        classes = List.copyOf(classes);
        for (Example row : rows) {
            if (row.label() < 0 || row.label() >= classes.size()) {
                throw new IllegalArgumentException(
                        "label out of range: label=" + row.label() + ", bound=" + classes.size());
            }
        }
    }

    /** What is trained on, and what is kept to look at the result. */
    public record Split(Dataset train, Dataset heldOut) {}

    /**
     * Tokenises labelled rows.
     *
     * @param maxTokens a longer row is cut at its end
     */
    public static Dataset tokenised(
            List<TextRow> rows, List<String> classes, Tokenizer tokenizer, int maxTokens) {
        List<Example> examples = new ArrayList<>(rows.size());
        for (TextRow row : rows) {
            int label = row.label().map(classes::indexOf).orElse(-1);
            if (label < 0) {
                throw new IllegalArgumentException(
                        "row without a known class: row="
                                + (examples.size() + 1)
                                + ", label="
                                + row.label().orElse("none")
                                + ", classes="
                                + classes);
            }
            examples.add(new Example(tokenizer.encode(row.text(), maxTokens), label));
        }
        return new Dataset(examples, classes);
    }

    /** How many rows. */
    public int size() {
        return rows.size();
    }

    /** How many rows each class has, in the order of the classes. */
    public int[] labelCounts() {
        int[] counts = new int[classes.size()];
        for (Example row : rows) {
            counts[row.label()]++;
        }
        return counts;
    }

    /**
     * Splits at random: the nearest whole number of rows to {@code heldOutFraction} is held out,
     * and at least one row is left to train on where there is one.
     *
     * @param heldOutFraction in [0, 1)
     */
    public Split split(double heldOutFraction, long seed) {
        if (!(heldOutFraction >= 0 && heldOutFraction < 1)) {
            throw new IllegalArgumentException(
                    "held-out fraction out of range: fraction="
                            + heldOutFraction
                            + ", bound=[0,1)");
        }
        int heldOut = (int) Math.round(rows.size() * heldOutFraction);
        heldOut = Math.max(0, Math.min(heldOut, rows.size() - 1));
        int[] order = CounterRandom.of(seed, "held-out", 0, "").permutation(rows.size());
        List<Example> shuffled = new ArrayList<>(rows.size());
        for (int index : order) {
            shuffled.add(rows.get(index));
        }
        return new Split(
                new Dataset(shuffled.subList(heldOut, rows.size()), classes),
                new Dataset(shuffled.subList(0, heldOut), classes));
    }
}
