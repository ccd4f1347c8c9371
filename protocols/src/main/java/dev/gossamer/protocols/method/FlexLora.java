package dev.gossamer.protocols.method;

import dev.gossamer.protocols.adapter.AdapterValues;
import dev.gossamer.protocols.adapter.Factor;
import dev.gossamer.protocols.algebra.Factored;

import java.util.List;
import java.util.Set;

/**
 * FlexLoRA (arXiv 2402.11505): the ideal mean of the products, cut to the server's rank by its
 * singular values.
 *
 * <p>{@code D = Σ p_i s_i B_i A_i} is never formed: its triplets are those of a core between the
 * triangles of the stacked factors. The server's factors are {@code U √S} and {@code √S Vᵀ}, the
 * largest value first, so a client's leading columns and rows are the best factors of its rank.
 * What is lost is the energy of the values beyond the rank.
 */
public final class FlexLora implements CollectMethod {
    /** Called by the service loader. */
    public FlexLora() {}

    @Override
    public String name() {
        return "flexlora";
    }

    @Override
    public Set<String> aliases() {
        return Set.of("flex-lora");
    }

    @Override
    public boolean mixedRanks() {
        return true;
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
    public Combined combine(Collected round) {
        AdapterValues next = round.withMeanHead();
        for (String target : round.targets()) {
            String b = Factor.B.slice(target);
            int rank = next.layout().slice(b).columns();
            Factored factors =
                    round.ideal(target).leading(rank).balanced(rank, 1 / round.scaling());
            next.setInPlace(b, factors.left());
            next.setInPlace(Factor.A.slice(target), factors.right());
        }
        return new Combined(next, List.of());
    }

    @Override
    public Cost cost(Setting setting, int round) {
        return Cost.symmetric(setting.a() + setting.b() + setting.head());
    }
}
