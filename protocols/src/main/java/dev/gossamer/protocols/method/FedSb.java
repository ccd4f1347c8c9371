package dev.gossamer.protocols.method;

import dev.gossamer.protocols.adapter.Factor;

import java.util.Set;

/**
 * Fed-SB (arXiv 2502.15436): the R of all targets and the head travel, and their mean is exact.
 *
 * <p>With frozen B and A the same for all, {@code Σ p_i B R_i A = B (Σ p_i R_i) A} for any weights
 * that sum to one. B and A are the basis, sent once.
 */
public final class FedSb implements SumMethod {
    /** Called by the service loader. */
    public FedSb() {}

    @Override
    public String name() {
        return "fed-sb";
    }

    @Override
    public boolean exact() {
        return true;
    }

    @Override
    public Set<Factor> trained(int round) {
        return Set.of(Factor.R, Factor.HEAD);
    }

    @Override
    public Cost cost(Setting setting, int round) {
        long values = setting.r() + setting.head();
        return new Cost(values, values, 0, setting.a() + setting.b());
    }
}
