package dev.gossamer.protocols.method;

import dev.gossamer.protocols.adapter.AdapterLayout;
import dev.gossamer.protocols.adapter.AdapterState;
import dev.gossamer.protocols.adapter.AdapterValues;
import dev.gossamer.protocols.adapter.Factor;
import dev.gossamer.protocols.algebra.Factored;
import dev.gossamer.protocols.wire.ProtocolLimits;

import java.util.Set;

/**
 * HetLoRA (arXiv 2401.06432): clients of lower rank have the leading part of the factors, and
 * averages are taken over theirs padded with zeros, weighted by the norm of what they learnt.
 *
 * <p>A client sends its factors themselves, not their change: what it does not have counts as zero
 * and shrinks the server's. Inexact, as FedIT is. All scale by one alpha / rank.
 */
public final class HetLora implements SumMethod {
    /** Weights are whole numbers: a norm counts in steps of 2^-14, and 64 is more than any. */
    private static final int WEIGHT_SCALE = 1 << 14;

    /** Called by the service loader. */
    public HetLora() {}

    @Override
    public String name() {
        return "hetlora";
    }

    @Override
    public Set<String> aliases() {
        return Set.of("het-lora");
    }

    @Override
    public boolean mixedRanks() {
        return true;
    }

    /** What is carried over would be added to factors that hold it already. */
    @Override
    public boolean accumulates() {
        return false;
    }

    @Override
    public boolean exact() {
        return false;
    }

    @Override
    public Set<Factor> trained(int round) {
        return Set.of(Factor.A, Factor.B, Factor.HEAD);
    }

    /** The factors themselves, and the change of the head. */
    @Override
    public AdapterState update(int round, AdapterState start, AdapterState trained) {
        AdapterState change = SumMethod.super.update(round, start, trained);
        return change.with(trained.only(factors(trained.layout())));
    }

    @Override
    public boolean weighs() {
        return true;
    }

    @Override
    public AdapterValues trained(AdapterValues start, AdapterValues update) {
        return start.plus(update).minus(start.only(factors(start.layout())));
    }

    private static AdapterLayout factors(AdapterLayout layout) {
        return layout.only(Set.of(Factor.A, Factor.B));
    }

    @Override
    public int weight(AdapterState trained, int weight) {
        AdapterValues values = AdapterValues.of(trained);
        double squares = 0;
        for (String target : trained.layout().targets(Factor.B)) {
            double norm =
                    new Factored(
                                    values.matrix(Factor.B.slice(target)),
                                    values.matrix(Factor.A.slice(target)))
                            .norm();
            squares += norm * norm;
        }
        long scaled = Math.round(WEIGHT_SCALE * Math.sqrt(squares));
        return Math.clamp(scaled, 1, ProtocolLimits.MAX_WEIGHT);
    }

    @Override
    public AdapterValues aligned(AdapterValues update, AdapterLayout part) {
        return Ranks.padded(update, part);
    }

    @Override
    public AdapterValues change(AdapterValues current, AdapterValues mean) {
        boolean learnt = mean.layout().has(Factor.A) || mean.layout().has(Factor.B);
        return learnt ? mean.minus(current.only(factors(mean.layout()))) : mean;
    }

    @Override
    public Cost cost(Setting setting, int round) {
        return Cost.symmetric(setting.a() + setting.b() + setting.head());
    }
}
