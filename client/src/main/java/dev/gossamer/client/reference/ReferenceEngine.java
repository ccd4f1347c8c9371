package dev.gossamer.client.reference;

import dev.gossamer.client.model.Transformer;
import dev.gossamer.client.train.Engine;

/**
 * The engine in plain double precision, one sequence at a time: the oracle that faster engines are
 * held to, and the place to read what they compute.
 *
 * <p>Every layer stands in a file of its own, its way back beside its way forward. Weights are read
 * as the values that their file stores, whatever {@link Storage} is asked for. Results are rounded
 * to fp32 once, at the end.
 */
public final class ReferenceEngine implements Engine {
    @Override
    public String name() {
        return "reference";
    }

    /**
     * Takes {@code base} as it is.
     *
     * @throws IllegalArgumentException if {@code precision} is not fp32, or if the base has a
     *     window without a causal mask
     */
    @Override
    public LoadedBase load(Transformer base, Storage storage, Precision precision) {
        if (precision != Precision.FP32) {
            throw new IllegalArgumentException(
                    "engine has no such precision: engine=reference, precision="
                            + precision
                            + ", bound="
                            + Precision.FP32);
        }
        if (base.architecture().window().isPresent() && !base.architecture().causal()) {
            throw new IllegalArgumentException(
                    "engine has no window without a causal mask: engine=reference, window="
                            + base.architecture().window().getAsInt());
        }
        return new ReferenceBase(base);
    }
}
