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
        if (precision == Precision.BF16 && (storage == Storage.INT8 || storage == Storage.BLOCKS)) {
            throw new IllegalArgumentException(
                    "engine has no bf16 products of such weights: engine=cpu, weights="
                            + storage
                            + "; take precision=fp32, or weights=bf16");
        }
        if (precision == Precision.BF16 && !Bfloat16Layout.isSupported()) {
            throw new IllegalArgumentException(
                    "processor has no bf16 products: engine=cpu, precision=bf16; take"
                            + " precision=fp32");
        }
        // In bf16 products weights of more bits are never used, so they are not kept either.
        Storage kept = precision == Precision.BF16 ? Storage.BF16 : storage;
        Storing storing = new Storing(kept, kernels instanceof VectorKernels);
        FrozenTransformer frozen =
                new FrozenTransformer(
                        base,
                        storing.words(base.words()),
                        maps -> product(maps, kept, precision, storing),
                        kernels,
                        workers);
        return new CpuBase(frozen, base.words(), storing, precision, workers);
    }

    private FrozenProduct product(
            List<Linear> maps, Storage storage, Precision precision, Storing storing) {
        if (precision == Precision.BF16) {
            return new Bfloat16Product(maps, workers);
        }
        if (storage == Storage.FP32) {
            return new PackedProduct(maps, storing.floatFormat(), workers);
        }
        return new CompactProduct(
                maps.stream().map(map -> storing.rows(map.name(), map.weight())).toList(), workers);
    }
}
