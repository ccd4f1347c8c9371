package dev.gossamer.client.golden;

import dev.gossamer.client.adapter.Adapter;
import dev.gossamer.protocols.adapter.AdapterLayout;
import dev.gossamer.protocols.adapter.AdapterLayout.Slice;

import java.util.Set;
import java.util.function.Function;

/**
 * An adapter with what its values, slice by slice, begin with and come to.
 *
 * @param name before the names of its expectations
 * @param trainedHead which maps of the head are trained too
 * @param weightDecay of its steps
 * @param start the values before the first step
 * @param gradient of the batch's loss there
 * @param afterFive the values after five steps
 */
record GoldenAdapter(
        String name,
        Adapter adapter,
        Set<String> trainedHead,
        double weightDecay,
        Function<Slice, float[]> start,
        Function<Slice, float[]> gradient,
        Function<Slice, float[]> afterFive) {
    /** The start values in the order of {@code layout}. */
    float[] startValues(AdapterLayout layout) {
        float[] values = new float[layout.size()];
        for (Slice slice : layout.slices()) {
            System.arraycopy(
                    start.apply(slice), 0, values, layout.offset(slice.name()), slice.size());
        }
        return values;
    }
}
