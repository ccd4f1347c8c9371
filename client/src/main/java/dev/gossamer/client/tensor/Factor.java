package dev.gossamer.client.tensor;

import java.util.Optional;
import java.util.function.ToIntFunction;

/**
 * Where the values of one matrix lie: among the trained ones, or frozen.
 *
 * @param offset among the trained values; of no meaning where {@code frozen}
 */
record Factor(int offset, Optional<Tensor> frozen) {
    static Factor frozen(Tensor tensor) {
        return new Factor(0, Optional.of(tensor));
    }

    static Factor trained(ToIntFunction<String> offsets, String slice) {
        return new Factor(offsets.applyAsInt(slice), Optional.empty());
    }

    /** Frozen where there are values, else the slice of that name. */
    static Factor of(Optional<float[]> frozen, ToIntFunction<String> offsets, String slice) {
        return frozen.map(values -> frozen(Tensor.of(values)))
                .orElseGet(() -> trained(offsets, slice));
    }

    boolean isTrained() {
        return frozen.isEmpty();
    }

    /** The address, with the trained values at {@code values}. */
    long at(long values) {
        return frozen.map(tensor -> tensor.at(0)).orElse(values + 4L * offset);
    }
}
