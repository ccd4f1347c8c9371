package dev.gossamer.client.tensor;

import dev.gossamer.client.data.Example;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Whole sequences of a batch laid one after the other, without padding.
 *
 * @param indices which of the batch, ascending
 * @param starts the row where each sequence begins, and the number of rows after all
 */
@SuppressWarnings("ArrayRecordComponent") // read only, never compared
record MicroBatch(List<Example> examples, int[] indices, int[] starts) {
    /** Rows at which a product runs at nearly its full rate. */
    private static final int THIN = 48;

    /** A step is cut in as many parts where its size allows, to fill two to four cores. */
    private static final int PARTS = 4;

    private static MicroBatch of(List<Example> batch, List<Integer> members) {
        int[] indices = members.stream().mapToInt(Integer::intValue).sorted().toArray();
        List<Example> examples = new ArrayList<>();
        int[] starts = new int[indices.length + 1];
        for (int i = 0; i < indices.length; i++) {
            examples.add(batch.get(indices[i]));
            starts[i + 1] = starts[i] + examples.get(i).tokens();
        }
        return new MicroBatch(List.copyOf(examples), indices, starts);
    }

    /** One sequence alone. */
    static MicroBatch of(Example example) {
        return of(List.of(example), List.of(0));
    }

    int sequences() {
        return indices.length;
    }

    int rows() {
        return starts[indices.length];
    }

    int tokens(int sequence) {
        return starts[sequence + 1] - starts[sequence];
    }

    int longest() {
        return IntStream.range(0, sequences()).map(this::tokens).max().orElse(0);
    }

    /**
     * Deals the sequences of {@code batch}, longest first, each to the part with the least work, by
     * a rule that knows nothing of the workers: the gradients of the parts, added in this order,
     * are the same however many threads compute them.
     *
     * @param mostRows that a part should have, where no single sequence is longer
     */
    static List<MicroBatch> cut(List<Example> batch, int mostRows) {
        int rows = batch.stream().mapToInt(Example::tokens).sum();
        int parts = Math.min(parts(rows, mostRows), batch.size());
        List<List<Integer>> members = new ArrayList<>();
        for (int part = 0; part < parts; part++) {
            members.add(new ArrayList<>());
        }
        int[] filled = new int[parts];
        IntStream.range(0, batch.size())
                .boxed()
                .sorted(Comparator.comparingInt(i -> -batch.get(i).tokens()))
                .forEach(
                        i -> {
                            int part = leastFilled(filled);
                            filled[part] += batch.get(i).tokens();
                            members.get(part).add(i);
                        });
        return members.stream().map(part -> of(batch, part)).toList();
    }

    private static int parts(int rows, int mostRows) {
        int needed = (rows + mostRows - 1) / mostRows;
        if (needed <= PARTS) {
            return rows < PARTS * THIN ? Math.max(needed, Math.clamp(rows / THIN, 1, 2)) : PARTS;
        }
        return (needed + PARTS - 1) / PARTS * PARTS;
    }

    private static int leastFilled(int[] filled) {
        int least = 0;
        for (int part = 1; part < filled.length; part++) {
            least = filled[part] < filled[least] ? part : least;
        }
        return least;
    }
}
