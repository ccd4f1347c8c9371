package dev.gossamer.client.tensor;

import dev.gossamer.client.model.Transformer;
import dev.gossamer.client.train.Engine;

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
        if (precision == Precision.BF16 && !Bfloat16Layout.isSupported()) {
            throw new IllegalArgumentException(
                    "processor has no bf16 products: engine=cpu, precision=bf16; take"
                            + " precision=fp32");
        }
        ProductForm form =
                ProductForm.of(storage, precision, kernels instanceof VectorKernels, workers);
        FrozenTransformer frozen =
                new FrozenTransformer(
                        base, form.storing().words(base.words()), form::maps, kernels, workers);
        return new CpuBase(frozen, base.words(), form);
    }
}
