package dev.gossamer.protocols.method;

import dev.gossamer.protocols.adapter.AdapterState;
import dev.gossamer.protocols.adapter.AdapterValues;
import dev.gossamer.protocols.adapter.Factor;
import dev.gossamer.protocols.adapter.Residual;

import java.util.List;
import java.util.Set;

/**
 * FLoRA (arXiv 2409.05976): the clients' factors are stacked, merged into the base, and drawn anew.
 *
 * <p>{@code [B_1 … B_c] [p_1 s_1 A_1; …; p_c s_c A_c] = Σ p_i s_i B_i A_i} is exact for any ranks
 * and scalings. One factor of each pair is scaled: scaling both would square the weights. What is
 * sent down is the stack; the next adapter follows from the seed.
 */
public final class Flora implements CollectMethod {
    /** Called by the service loader. */
    public Flora() {}

    @Override
    public String name() {
        return "flora";
    }

    @Override
    public boolean mixedRanks() {
        return true;
    }

    @Override
    public boolean exact() {
        return true;
    }

    @Override
    public boolean changesBase() {
        return true;
    }

    @Override
    public Set<Factor> trained(int round) {
        return Set.of(Factor.A, Factor.B, Factor.HEAD);
    }

    @Override
    public Set<Factor> received(int round) {
        return Set.of(Factor.HEAD);
    }

    /** The factors follow from the seed in every round. */
    @Override
    public AdapterState foreseen(AdapterState last, long seed, int round) {
        return FreshFactors.drawn(AdapterValues.of(last), seed, round).state();
    }

    @Override
    public Combined combine(Collected round) {
        List<Residual> stacks =
                round.targets().stream()
                        .map(target -> new Residual(target, round.ideal(target)))
                        .toList();
        return new Combined(
                FreshFactors.drawn(round.withMeanHead(), round.seed(), round.round() + 1), stacks);
    }

    @Override
    public Cost cost(Setting setting, int round) {
        return new Cost(
                setting.a() + setting.b() + setting.head(),
                setting.head(),
                setting.residuals(setting.rankSum()),
                0);
    }
}
