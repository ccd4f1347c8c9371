package dev.gossamer.protocols.adapter;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The named slices of an adapter over one flat array of fp32 values.
 *
 * <p>Slices lie one after the other, each row-major {@code [rows × columns]}; the order is part of
 * the layout and of its fingerprint.
 */
public record AdapterLayout(List<Slice> slices) {
    /** The most values that an adapter may have; bounds what a peer can make us allocate. */
    public static final int MAX_VALUES = 1 << 28;

    /**
     * One matrix of an adapter.
     *
     * @param name the name of the target and of the factor, such as {@code
     *     encoder.layer.0.attention.self.query.R}
     * @param rows at least 1
     * @param columns at least 1
     */
    public record Slice(String name, int rows, int columns) {
        /** A slice with its sides checked. */
        public Slice {
            if (name.isEmpty() || name.length() > 256 || rows < 1 || columns < 1) {
                throw new IllegalArgumentException(
                        "bad slice: name=" + name + ", rows=" + rows + ", columns=" + columns);
            }
        }

        /** How many values the slice holds. */
        public int size() {
            return Math.multiplyExact(rows, columns);
        }
    }

    /** A layout with unique slice names and at most {@link #MAX_VALUES} values. */
    public AdapterLayout {
        slices = List.copyOf(slices);
        Set<String> names = new HashSet<>();
        long size = 0;
        for (Slice slice : slices) {
            if (!names.add(slice.name())) {
                throw new IllegalArgumentException("slice named twice: name=" + slice.name());
            }
            size += (long) slice.rows() * slice.columns();
        }
        if (size < 1 || size > MAX_VALUES) {
            throw new IllegalArgumentException(
                    "adapter has a bad size: values=" + size + ", bound=" + MAX_VALUES);
        }
    }

    /** How many values all slices hold together. */
    public int size() {
        return slices.stream().mapToInt(Slice::size).sum();
    }

    /**
     * Where the slice called {@code name} begins in the flat array.
     *
     * @throws IllegalArgumentException if there is none
     */
    public int offset(String name) {
        int offset = 0;
        for (Slice slice : slices) {
            if (slice.name().equals(name)) {
                return offset;
            }
            offset += slice.size();
        }
        throw new IllegalArgumentException("no such slice: name=" + name);
    }

    /**
     * The slice called {@code name}.
     *
     * @throws IllegalArgumentException if there is none
     */
    public Slice slice(String name) {
        for (Slice slice : slices) {
            if (slice.name().equals(name)) {
                return slice;
            }
        }
        throw new IllegalArgumentException("no such slice: name=" + name);
    }

    /** Whether a slice is {@code factor}. */
    public boolean has(Factor factor) {
        return slices.stream().anyMatch(slice -> Factor.of(slice.name()) == factor);
    }

    /** The slices that are one of {@code factors}, in their order. */
    public AdapterLayout only(Set<Factor> factors) {
        return new AdapterLayout(
                slices.stream().filter(s -> factors.contains(Factor.of(s.name()))).toList());
    }

    /** The names of the targets with a slice that is {@code factor}, in their order. */
    public List<String> targets(Factor factor) {
        return slices.stream().flatMap(s -> factor.target(s.name()).stream()).toList();
    }

    /** The digest of names, shapes and order. */
    public Digest fingerprint() {
        StringBuilder text = new StringBuilder("gossamer-layout-1\n");
        for (Slice slice : slices) {
            text.append(slice.name()).append('\t').append(slice.rows());
            text.append('\t').append(slice.columns()).append('\n');
        }
        return Digest.of(text.toString().getBytes(StandardCharsets.UTF_8));
    }
}
