package dev.gossamer.client.tensor;

import dev.gossamer.client.data.Example;

import java.util.ArrayList;
import java.util.List;

/**
 * Whole sequences laid one after the other, without padding: a micro-batch.
 *
 * @param examples at least one
 * @param tokens of all of them together
 */
record PackedRows(List<Example> examples, int tokens) {
    /** Below this a product is too thin to run at full rate. */
    private static final int LEAST_TOKENS = 64;

    /** Above this the rows of a layer no longer stay in the cache. */
    private static final int MOST_TOKENS = 512;

    /**
     * A step is cut in at least this many parts where its size allows, to fill two to four cores.
     */
    private static final int PARTS = 4;

    private static PackedRows of(List<Example> examples) {
        return new PackedRows(
                List.copyOf(examples), examples.stream().mapToInt(Example::tokens).sum());
    }

    /**
     * Cuts {@code batch}, in its order, by a rule that knows nothing of the workers: the gradients
     * of the parts, added in this order, are the same however many threads compute them.
     */
    static List<PackedRows> cut(List<Example> batch) {
        int total = batch.stream().mapToInt(Example::tokens).sum();
        int target = Math.clamp(total / PARTS, LEAST_TOKENS, MOST_TOKENS);
        List<PackedRows> parts = new ArrayList<>();
        List<Example> part = new ArrayList<>();
        int tokens = 0;
        for (Example example : batch) {
            if (!part.isEmpty() && tokens + example.tokens() / 2 > target) {
                parts.add(of(part));
                part.clear();
                tokens = 0;
            }
            part.add(example);
            tokens += example.tokens();
        }
        parts.add(of(part));
        return parts;
    }
}
