package dev.gossamer.protocols.adapter;

import dev.gossamer.protocols.adapter.AdapterLayout.Slice;

import org.ejml.data.DMatrixRMaj;

import java.util.Arrays;

/**
 * The values of an adapter, or a change of them, in double precision, as a server computes with
 * them.
 *
 * <p>The array belongs to this object: whoever builds one gives it away, whoever reads {@link
 * #values} must not write to it.
 *
 * @param values in layout order
 */
@SuppressWarnings("ArrayRecordComponent") // computed with, never compared
public record AdapterValues(AdapterLayout layout, double[] values) {
    /** Values whose length matches their layout. */
    public AdapterValues {
        if (values.length != layout.size()) {
            throw new IllegalArgumentException(
                    "values do not fit the layout: values="
                            + values.length
                            + ", layout="
                            + layout.size());
        }
    }

    /** The values of {@code state}. */
    public static AdapterValues of(AdapterState state) {
        double[] values = new double[state.values().length];
        for (int i = 0; i < values.length; i++) {
            values[i] = state.values()[i];
        }
        return new AdapterValues(state.layout(), values);
    }

    /** Zeros. */
    public static AdapterValues zero(AdapterLayout layout) {
        return new AdapterValues(layout, new double[layout.size()]);
    }

    /** The values rounded to fp32. */
    public AdapterState state() {
        float[] rounded = new float[values.length];
        for (int i = 0; i < rounded.length; i++) {
            rounded[i] = (float) values[i];
        }
        return new AdapterState(layout, rounded);
    }

    /** A copy of the slice called {@code name}. */
    public DMatrixRMaj matrix(String name) {
        Slice slice = layout.slice(name);
        int offset = layout.offset(name);
        return DMatrixRMaj.wrap(
                slice.rows(),
                slice.columns(),
                Arrays.copyOfRange(values, offset, offset + slice.size()));
    }

    /** Overwrites the slice called {@code name}; for whoever is still making these values. */
    public void setInPlace(String name, DMatrixRMaj matrix) {
        Slice slice = layout.slice(name);
        if (matrix.numRows != slice.rows() || matrix.numCols != slice.columns()) {
            throw new IllegalArgumentException(
                    "matrix does not fit its slice: name="
                            + name
                            + ", rows="
                            + matrix.numRows
                            + ", columns="
                            + matrix.numCols);
        }
        System.arraycopy(matrix.data, 0, values, layout.offset(name), slice.size());
    }

    /** A copy of the slices that {@code part} has, which are all in this layout too. */
    public AdapterValues only(AdapterLayout part) {
        AdapterValues chosen = zero(part);
        for (Slice slice : part.slices()) {
            chosen.setInPlace(slice.name(), matrix(slice.name()));
        }
        return chosen;
    }

    /** These values with {@code change} added to the slices that it has. */
    public AdapterValues plus(AdapterValues change) {
        return plus(1, change);
    }

    /** These values less those of {@code other}, in the slices that {@code other} has. */
    public AdapterValues minus(AdapterValues other) {
        return plus(-1, other);
    }

    /** These values with {@code weight} times {@code change} added to the slices that it has. */
    public AdapterValues plus(double weight, AdapterValues change) {
        double[] sum = values.clone();
        int from = 0;
        for (Slice slice : change.layout().slices()) {
            int to = layout.offset(slice.name());
            if (!layout.slice(slice.name()).equals(slice)) {
                throw new IllegalArgumentException("slice has other sides: name=" + slice.name());
            }
            for (int i = 0; i < slice.size(); i++) {
                sum[to + i] += weight * change.values[from + i];
            }
            from += slice.size();
        }
        return new AdapterValues(layout, sum);
    }
}
