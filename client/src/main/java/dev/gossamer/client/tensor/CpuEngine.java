package dev.gossamer.client.tensor;

import dev.gossamer.client.model.Linear;
import dev.gossamer.client.model.Transformer;
import dev.gossamer.client.train.Engine;

import java.util.List;

/**
 * The engine of the CPU: packed rows, one worker a core, products by oneDNN, all else by the Vector
 * API.
 */
public final class CpuEngine implements Engine {
    private final Workers workers;
    private final Kernels kernels;

    /** An engine on the threads of {@code workers}. */
    public CpuEngine(Workers workers) {
        this(workers, Kernels.fastest());
    }

    /** The same with one variant of the kernels. */
    CpuEngine(Workers workers, Kernels kernels) {
        this.workers = workers;
        this.kernels = kernels;
    }

    @Override
    public String name() {
        return "cpu";
    }

    @Override
    public LoadedBase load(Transformer base, Storage storage, Precision precision) {
        if (base.architecture().window().isPresent() && !base.architecture().causal()) {
            throw new IllegalArgumentException(
                    "engine has no window without a causal mask: engine=cpu, window="
                            + base.architecture().window().getAsInt());
        }
        if (precision != Precision.FP32) {
            throw new IllegalArgumentException(
                    "engine has no such precision: engine=cpu, precision=" + precision);
        }
        Storing storing = new Storing(storage, kernels instanceof VectorKernels);
        FrozenTransformer frozen =
                new FrozenTransformer(
                        base,
                        storing.words(base.words()),
                        maps -> product(maps, storage, storing),
                        kernels,
                        workers);
        return new CpuBase(frozen, base.words(), storing, workers);
    }

    private FrozenProduct product(List<Linear> maps, Storage storage, Storing storing) {
        if (storage == Storage.FP32) {
            return new PackedProduct(maps, storing.floatFormat(), workers);
        }
        return new CompactProduct(
                maps.stream().map(map -> storing.rows(map.name(), map.weight())).toList(),
                workers);
    }
}
