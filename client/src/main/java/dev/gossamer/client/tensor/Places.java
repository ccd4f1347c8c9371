package dev.gossamer.client.tensor;

import dev.gossamer.client.data.Example;

import java.util.ArrayList;
import java.util.List;

/**
 * Where a head scores: a sequence, or a token of one.
 *
 * @param rows of the micro-batch, or sequences where these are scored
 * @param labels {@link Example#NO_LABEL} where there is none
 * @param starts the first place of each sequence, and the number of places after all
 */
@SuppressWarnings("ArrayRecordComponent") // read only, never compared
record Places(int[] rows, int[] labels, int[] starts) {
    int count() {
        return rows.length;
    }

    /** The sequence of each place. */
    int[] sequences() {
        int[] sequences = new int[rows.length];
        for (int s = 0; s + 1 < starts.length; s++) {
            for (int place = starts[s]; place < starts[s + 1]; place++) {
                sequences[place] = s;
            }
        }
        return sequences;
    }

    /** One place a sequence. */
    static Places sequences(MicroBatch batch) {
        int count = batch.sequences();
        int[] rows = new int[count];
        int[] labels = new int[count];
        int[] starts = new int[count + 1];
        for (int s = 0; s < count; s++) {
            Example example = batch.examples().get(s);
            rows[s] = s;
            labels[s] = example.labels().length == 0 ? Example.NO_LABEL : example.label();
            starts[s + 1] = s + 1;
        }
        return new Places(rows, labels, starts);
    }

    /**
     * One place a token.
     *
     * @param shift how many tokens after its place the label is
     * @param labelledOnly whether places without a label are left out
     */
    static Places tokens(MicroBatch batch, int shift, boolean labelledOnly) {
        List<int[]> places = new ArrayList<>();
        int[] starts = new int[batch.sequences() + 1];
        for (int s = 0; s < batch.sequences(); s++) {
            int[] labels = batch.examples().get(s).labels();
            for (int t = 0; t < batch.tokens(s); t++) {
                int label = t + shift < labels.length ? labels[t + shift] : Example.NO_LABEL;
                if (!labelledOnly || label != Example.NO_LABEL) {
                    places.add(new int[] {batch.starts()[s] + t, label});
                }
            }
            starts[s + 1] = places.size();
        }
        int[] rows = places.stream().mapToInt(place -> place[0]).toArray();
        int[] labels = places.stream().mapToInt(place -> place[1]).toArray();
        return new Places(rows, labels, starts);
    }
}
