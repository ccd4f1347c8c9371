package dev.gossamer.protocols.method;

import dev.gossamer.protocols.adapter.Factor;

import java.util.Set;

/**
 * RoLoRA (arXiv 2502.01755): B is trained and averaged in even rounds, A in odd ones.
 *
 * <p>The other factor is the same for all, so each round is exact. Its first round is FFA-LoRA's.
 */
public final class RoLora implements SumMethod {
    /** Called by the service loader. */
    public RoLora() {}

    @Override
    public String name() {
        return "rolora";
    }

    @Override
    public Set<String> aliases() {
        return Set.of("ro-lora");
    }

    @Override
    public boolean exact() {
        return true;
    }

    @Override
    public Set<Factor> trained(int round) {
        return Set.of(round % 2 == 0 ? Factor.B : Factor.A, Factor.HEAD);
    }

    /** What the last round changed; before the first, A. */
    @Override
    public Set<Factor> received(int round) {
        return trained(round + 1);
    }

    @Override
    public Cost cost(Setting setting, int round) {
        boolean trainsB = round % 2 == 0;
        return new Cost(
                (trainsB ? setting.b() : setting.a()) + setting.head(),
                (trainsB ? setting.a() : setting.b()) + setting.head(),
                0,
                0);
    }
}
