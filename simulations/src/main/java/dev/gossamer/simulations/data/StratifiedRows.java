package dev.gossamer.simulations.data;

import dev.gossamer.protocols.random.CounterRandom;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Rows in groups, from which parts are drawn that have the same number of rows of each group. */
record StratifiedRows(Map<String, List<SourceRow>> groups) {
    /**
     * Draws parts of which no two have a row in common, or one row more of some groups where a size
     * is no multiple of their number.
     *
     * @throws IllegalArgumentException naming the group, if it has too few rows
     */
    Draw draw(Sizes sizes, long seed) {
        Map<String, List<SourceRow>> left = new LinkedHashMap<>();
        for (String name : groups.keySet()) {
            left.put(name, shuffled(groups.get(name), seed, "class-" + name));
        }
        return new Draw(
                take(left, sizes.publicSample(), seed, "public-sample"),
                take(left, sizes.publicTest(), seed, "public-test"),
                take(left, sizes.validation(), seed, "validation"),
                take(left, sizes.clients(), seed, "clients"));
    }

    private static List<SourceRow> take(
            Map<String, List<SourceRow>> left, int size, long seed, String part) {
        List<SourceRow> rows = new ArrayList<>(size);
        List<String> order = shuffled(List.copyOf(left.keySet()), seed, "extra-" + part);
        for (int i = 0; i < order.size(); i++) {
            String name = order.get(i);
            int share = size / order.size() + (i < size % order.size() ? 1 : 0);
            List<SourceRow> from = left.get(name);
            if (share > from.size()) {
                throw new IllegalArgumentException(
                        "too few glosses: class="
                                + name
                                + ", part="
                                + part
                                + ", wanted="
                                + share
                                + ", left="
                                + from.size());
            }
            List<SourceRow> taken = from.subList(from.size() - share, from.size());
            rows.addAll(taken);
            taken.clear();
        }
        return List.copyOf(shuffled(rows, seed, "order-" + part));
    }

    private static <T> List<T> shuffled(List<T> values, long seed, String concern) {
        List<T> shuffled = new ArrayList<>(values.size());
        for (int index :
                CounterRandom.of(seed, "wordnet-" + concern, 0, "").permutation(values.size())) {
            shuffled.add(values.get(index));
        }
        return shuffled;
    }
}
