package dev.gossamer.protocols.method;

import dev.gossamer.protocols.adapter.Factor;

import java.util.Set;

/**
 * FedIT (arXiv 2305.05644), FedAvg of LoRA: A and B are averaged each by itself.
 *
 * <p>{@code (Σ p_i B_i)(Σ p_i A_i)} is not {@code Σ p_i B_i A_i}: it is off by the covariance of
 * the factors over the clients.
 */
public final class FedIt implements SumMethod {
    /** Called by the service loader. */
    public FedIt() {}

    @Override
    public String name() {
        return "fedit";
    }

    @Override
    public Set<String> aliases() {
        return Set.of("fed-it", "lora");
    }

    @Override
    public boolean exact() {
        return false;
    }

    @Override
    public Set<Factor> trained(int round) {
        return Set.of(Factor.A, Factor.B, Factor.HEAD);
    }

    @Override
    public Cost cost(Setting setting, int round) {
        return Cost.symmetric(setting.a() + setting.b() + setting.head());
    }
}
