package dev.gossamer.protocols.method;

import java.util.Arrays;

/** The largest values of a vector by magnitude; of equal ones those that come first. */
final class LeadingValues {
    private LeadingValues() {}

    /** How many of {@code size} values are kept at {@code density}. */
    static long count(long size, double density) {
        return (long) Math.floor(density * size);
    }

    /** {@code values} with all but the leading share of {@code density} set to zero. */
    static float[] kept(float[] values, double density) {
        int count = (int) count(values.length, density);
        float[] kept = new float[values.length];
        if (count == 0) {
            return kept;
        }
        float[] magnitudes = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            magnitudes[i] = Math.abs(values[i]);
        }
        Arrays.sort(magnitudes);
        float threshold = magnitudes[values.length - count];
        int atThreshold = count;
        for (int i = values.length - 1; i >= 0 && magnitudes[i] > threshold; i--) {
            atThreshold--;
        }
        for (int i = 0; i < values.length; i++) {
            float magnitude = Math.abs(values[i]);
            if (magnitude > threshold || (magnitude == threshold && atThreshold-- > 0)) {
                kept[i] = values[i];
            }
        }
        return kept;
    }
}
