package dev.gossamer.client.weights;

import dev.gossamer.client.model.Matrix;

import java.util.List;

/** The part of a source whose names begin with {@code prefix}, by the names without it. */
record PrefixedSource(TensorSource whole, String prefix) implements TensorSource {
    @Override
    public boolean has(String name) {
        return whole.has(prefix + name);
    }

    @Override
    public boolean hasAny(String start) {
        return whole.hasAny(prefix + start);
    }

    @Override
    public List<Long> shape(String name) {
        return whole.shape(prefix + name);
    }

    @Override
    public DenseMatrix stored(String name, int rows, int columns) {
        return whole.stored(prefix + name, rows, columns);
    }

    /** As the whole has it, which may keep it the other way round. */
    @Override
    public Matrix weight(String name, int out, int in) {
        return whole.weight(prefix + name, out, in);
    }

    @Override
    public float[] vector(String name, int size) {
        return whole.vector(prefix + name, size);
    }
}
