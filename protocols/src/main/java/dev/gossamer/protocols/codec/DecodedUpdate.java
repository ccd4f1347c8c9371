package dev.gossamer.protocols.codec;

/** An update as its receiver has it: all values, or some with their indices. */
@SuppressWarnings("ArrayRecordComponent") // updates are added once, never compared
public sealed interface DecodedUpdate {
    /** How many values the layout has. */
    int size();

    /** How many values were sent. */
    int kept();

    /** The values that were sent, in layout order; belong to this object. */
    float[] values();

    /** All values in layout order, zero where none was sent; may be this object's own array. */
    float[] dense();

    /**
     * All values.
     *
     * @param values fp32, in layout order; belongs to this object
     */
    record Dense(float[] values) implements DecodedUpdate {
        @Override
        public int size() {
            return values.length;
        }

        @Override
        public int kept() {
            return values.length;
        }

        @Override
        public float[] dense() {
            return values;
        }
    }

    /**
     * Some values.
     *
     * @param indices strictly rising, from 0 to {@code size - 1}; belongs to this object
     * @param values one for each index; belongs to this object
     */
    record Sparse(int size, int[] indices, float[] values) implements DecodedUpdate {
        /** Indices in order and a value for each. */
        public Sparse {
            if (indices.length != values.length) {
                throw new IllegalArgumentException(
                        "indices and values differ: indices="
                                + indices.length
                                + ", values="
                                + values.length);
            }
            int last = -1;
            for (int index : indices) {
                if (index <= last || index >= size) {
                    throw new IllegalArgumentException(
                            "index out of order or range: index="
                                    + index
                                    + ", after="
                                    + last
                                    + ", size="
                                    + size);
                }
                last = index;
            }
        }

        @Override
        public int kept() {
            return indices.length;
        }

        @Override
        public float[] dense() {
            float[] dense = new float[size];
            for (int i = 0; i < indices.length; i++) {
                dense[indices[i]] = values[i];
            }
            return dense;
        }
    }
}
