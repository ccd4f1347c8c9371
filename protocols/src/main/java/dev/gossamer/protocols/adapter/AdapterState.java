package dev.gossamer.protocols.adapter;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The trainable values of an adapter at one moment.
 *
 * <p>The array belongs to this object: whoever builds a state gives it away, whoever reads {@link
 * #values} must not write to it.
 *
 * @param values fp32 in layout order
 */
@SuppressWarnings("ArrayRecordComponent") // identity is the digest, never record equality
public record AdapterState(AdapterLayout layout, float[] values) {
    /** A state whose length matches its layout. */
    public AdapterState {
        if (values.length != layout.size()) {
            throw new IllegalArgumentException(
                    "values do not fit the layout: values="
                            + values.length
                            + ", layout="
                            + layout.size());
        }
    }

    /** The slices that {@code part} has, which are all in this layout too. */
    public AdapterState only(AdapterLayout part) {
        if (part.equals(layout)) {
            return this;
        }
        float[] chosen = new float[part.size()];
        int at = 0;
        for (AdapterLayout.Slice slice : part.slices()) {
            System.arraycopy(values, layout.offset(slice.name()), chosen, at, slice.size());
            at += slice.size();
        }
        return new AdapterState(part, chosen);
    }

    /** The same with the values of {@code part}, whose slices are all in this layout too. */
    public AdapterState with(AdapterState part) {
        float[] merged = values.clone();
        int at = 0;
        for (AdapterLayout.Slice slice : part.layout.slices()) {
            int to = layout.offset(slice.name());
            System.arraycopy(part.values, at, merged, to, slice.size());
            at += slice.size();
        }
        return new AdapterState(layout, merged);
    }

    /** These slices and then those of {@code other}, which has other names. */
    public AdapterState followedBy(AdapterState other) {
        List<AdapterLayout.Slice> slices = new ArrayList<>(layout.slices());
        slices.addAll(other.layout.slices());
        float[] all = Arrays.copyOf(values, values.length + other.values.length);
        System.arraycopy(other.values, 0, all, values.length, other.values.length);
        return new AdapterState(new AdapterLayout(slices), all);
    }

    /** SHA-256 over the layout's fingerprint and the little-endian fp32 values in layout order. */
    public Digest digest() {
        return Digest.of(layout.fingerprint().bytes(), littleEndian(values));
    }

    /** The values as a little-endian fp32 block. */
    public static byte[] littleEndian(float[] values) {
        ByteBuffer block = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        block.asFloatBuffer().put(values);
        return block.array();
    }

    /**
     * The values of a little-endian fp32 block.
     *
     * @throws IllegalArgumentException if its length is no multiple of four
     */
    public static float[] fromLittleEndian(byte[] block) {
        if (block.length % 4 != 0) {
            throw new IllegalArgumentException(
                    "fp32 block has a wrong length: bytes=" + block.length);
        }
        float[] values = new float[block.length / 4];
        ByteBuffer.wrap(block).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
        return values;
    }
}
