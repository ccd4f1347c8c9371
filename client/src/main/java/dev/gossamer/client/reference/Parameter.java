package dev.gossamer.client.reference;

import java.util.function.Supplier;

/** A matrix that a layer multiplies with: frozen, or a slice of the trained values. */
sealed interface Parameter {
    /** Its values. */
    Rows at(double[] values);

    /** Adds {@code share}, computed only then, to its part of the gradient, if it has one. */
    void addTo(double[] gradient, Supplier<Rows> share);

    /** A matrix that stays as it is. */
    record Frozen(Rows matrix) implements Parameter {
        @Override
        public Rows at(double[] values) {
            return matrix;
        }

        @Override
        public void addTo(double[] gradient, Supplier<Rows> share) {}
    }

    /** The trained values from {@code offset} on, row-major. */
    record Trained(int offset, int rows, int columns) implements Parameter {
        @Override
        public Rows at(double[] values) {
            double[] slice = new double[rows * columns];
            System.arraycopy(values, offset, slice, 0, slice.length);
            return new Rows(rows, columns, slice);
        }

        @Override
        public void addTo(double[] gradient, Supplier<Rows> share) {
            double[] added = share.get().values();
            for (int i = 0; i < added.length; i++) {
                gradient[offset + i] += added[i];
            }
        }
    }
}
