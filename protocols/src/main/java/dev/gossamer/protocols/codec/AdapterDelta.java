package dev.gossamer.protocols.codec;

import dev.gossamer.protocols.adapter.AdapterLayout;
import dev.gossamer.protocols.adapter.AdapterState;

/**
 * The change from one adapter version to another, which is what codecs are made for: its values are
 * small, and most of them matter little.
 *
 * <p>Whoever sends a change that loses something goes on from {@link #applied} and not from where
 * the change should have led, so that sender and receivers hold the same version to the bit and
 * nothing lost adds up.
 */
public final class AdapterDelta {
    private AdapterDelta() {}

    /**
     * {@code to} less {@code from}, in layout order.
     *
     * @throws IllegalArgumentException if the layouts differ
     */
    public static float[] between(AdapterState from, AdapterState to) {
        if (!from.layout().equals(to.layout())) {
            throw new IllegalArgumentException(
                    "layouts differ: from="
                            + from.layout().fingerprint().brief()
                            + ", to="
                            + to.layout().fingerprint().brief());
        }
        float[] start = from.values();
        float[] end = to.values();
        float[] delta = new float[start.length];
        for (int i = 0; i < delta.length; i++) {
            delta[i] = end[i] - start[i];
        }
        return delta;
    }

    /**
     * {@code from} with a change added.
     *
     * @throws IllegalArgumentException if the change has another size than the layout
     */
    public static AdapterState applied(AdapterState from, DecodedUpdate change) {
        AdapterLayout layout = from.layout();
        float[] values = from.values().clone();
        if (change.size() != values.length) {
            throw new IllegalArgumentException(
                    "change has a wrong length: values="
                            + change.size()
                            + ", expected="
                            + values.length);
        }
        switch (change) {
            case DecodedUpdate.Dense dense -> {
                for (int i = 0; i < values.length; i++) {
                    values[i] += dense.values()[i];
                }
            }
            case DecodedUpdate.Sparse sparse -> {
                for (int i = 0; i < sparse.kept(); i++) {
                    values[sparse.indices()[i]] += sparse.values()[i];
                }
            }
        }
        return new AdapterState(layout, values);
    }
}
