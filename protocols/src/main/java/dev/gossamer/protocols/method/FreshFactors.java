package dev.gossamer.protocols.method;

import dev.gossamer.protocols.adapter.AdapterLayout.Slice;
import dev.gossamer.protocols.adapter.AdapterValues;
import dev.gossamer.protocols.adapter.Factor;
import dev.gossamer.protocols.random.CounterRandom;

import java.util.Arrays;

/**
 * LoRA's first values, drawn from a seed, so that they need not be sent: A uniform in {@code ±1 /
 * √in}, as PEFT draws it, and B zero.
 */
public final class FreshFactors {
    private FreshFactors() {}

    /** {@code values} with new factors for {@code round}, and the head as it was. */
    public static AdapterValues drawn(AdapterValues values, long seed, int round) {
        double[] drawn = values.values().clone();
        int at = 0;
        for (Slice slice : values.layout().slices()) {
            Factor factor = Factor.of(slice.name());
            if (factor == Factor.B) {
                Arrays.fill(drawn, at, at + slice.size(), 0);
            } else if (factor == Factor.A) {
                // Keyed by the slice: equal shapes must not begin with equal factors.
                CounterRandom coins = CounterRandom.of(seed, "fresh", round, slice.name());
                double bound = 1 / Math.sqrt(slice.columns());
                for (int i = 0; i < slice.size(); i++) {
                    drawn[at + i] = (float) (bound * (2 * coins.nextDouble() - 1));
                }
            }
            at += slice.size();
        }
        return new AdapterValues(values.layout(), drawn);
    }
}
