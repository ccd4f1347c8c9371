package dev.gossamer.client.adapter;

import dev.gossamer.client.model.Transformer;
import dev.gossamer.protocols.adapter.AdapterLayout;
import dev.gossamer.protocols.adapter.AdapterLayout.Slice;
import dev.gossamer.protocols.adapter.AdapterState;

import java.util.Arrays;
import java.util.List;

/**
 * An adapter and the values that training starts from.
 *
 * @param values of the adapter alone, in layout order; belongs to this object
 * @param replaces whether the product of these values is taken from the base's weights before
 *     training, so that the adapted model starts equal to the base (PiSSA)
 */
@SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
public record AdapterStart(Adapter adapter, float[] values, boolean replaces) {
    /** Values that fit the adapter. */
    public AdapterStart {
        int expected = adapter.layout(List.of()).size();
        if (values.length != expected) {
            throw new IllegalArgumentException(
                    "values do not fit the adapter: values="
                            + values.length
                            + ", expected="
                            + expected);
        }
    }

    /**
     * The state with a trained head behind the adapter.
     *
     * @param headValues in the order of {@code head}
     */
    public AdapterState state(List<Slice> head, float[] headValues) {
        AdapterLayout layout = adapter.layout(head);
        float[] all = Arrays.copyOf(values, values.length + headValues.length);
        System.arraycopy(headValues, 0, all, values.length, headValues.length);
        return new AdapterState(layout, all);
    }

    /** The base to train on: {@code base}, or what is left of it where the adapter replaces. */
    public Transformer base(Transformer base) {
        if (!replaces) {
            return base;
        }
        List<LowRankUpdate> taken =
                LowRankUpdate.of(adapter, values).stream().map(LowRankUpdate::negated).toList();
        return LowRankUpdate.merged(base, taken);
    }
}
