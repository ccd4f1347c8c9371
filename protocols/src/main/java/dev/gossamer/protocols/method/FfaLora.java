package dev.gossamer.protocols.method;

import dev.gossamer.protocols.adapter.Factor;

import java.util.Set;

/**
 * FFA-LoRA (arXiv 2403.12313): A is drawn from the seed, the same for all, and stays; B travels.
 *
 * <p>Exact, as {@code Σ p_i B_i A = (Σ p_i B_i) A}. It sends {@code rank · out} values a target,
 * which is half of LoRA's only where a matrix is square.
 */
public final class FfaLora implements SumMethod {
    /** Called by the service loader. */
    public FfaLora() {}

    @Override
    public String name() {
        return "ffa";
    }

    @Override
    public Set<String> aliases() {
        return Set.of("ffa-lora");
    }

    @Override
    public boolean exact() {
        return true;
    }

    @Override
    public Set<Factor> trained(int round) {
        return Set.of(Factor.B, Factor.HEAD);
    }

    @Override
    public Cost cost(Setting setting, int round) {
        return Cost.symmetric(setting.b() + setting.head());
    }
}
