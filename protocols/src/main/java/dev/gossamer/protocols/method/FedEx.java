package dev.gossamer.protocols.method;

import dev.gossamer.protocols.adapter.AdapterValues;
import dev.gossamer.protocols.adapter.Factor;
import dev.gossamer.protocols.adapter.Residual;
import dev.gossamer.protocols.algebra.Factored;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/**
 * FedEx-LoRA (arXiv 2410.09432): FedIT whose error is added to the base.
 *
 * <p>With {@code E = Σ p_i B_i A_i - B A} every client sets {@code W ← W + s E}, so that {@code W +
 * s B A} is the ideal mean. E is sent as two factors of inner side {@code (clients - 1) rank}, or,
 * truncated, as its leading singular triplets, which is no longer exact.
 *
 * @param residualRank what E is truncated to; empty leaves it exact
 */
public record FedEx(OptionalInt residualRank) implements CollectMethod {
    private static final String RESIDUAL_RANK = "residual-rank";
    private static final int MOST = 1 << 16;

    /** Called by the service loader. */
    public FedEx() {
        this(OptionalInt.empty());
    }

    @Override
    public String name() {
        return "fedex";
    }

    @Override
    public Set<String> aliases() {
        return Set.of("fedex-lora");
    }

    @Override
    public FedEx with(MethodOptions options) {
        options.requireKnown(name(), Set.of(RESIDUAL_RANK));
        int rank = options.integer(RESIDUAL_RANK, residualRank.orElse(0), 0, MOST);
        return new FedEx(rank == 0 ? OptionalInt.empty() : OptionalInt.of(rank));
    }

    @Override
    public boolean exact() {
        return residualRank.isEmpty();
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
    public Combined combine(Collected round) {
        AdapterValues next = round.withMean(trained(round.round()));
        List<Residual> residuals = new ArrayList<>();
        for (String target : round.targets()) {
            Factored error = round.covariance(target).times(round.scaling());
            residuals.add(new Residual(target, truncated(error)));
        }
        return new Combined(next, residuals);
    }

    private Factored truncated(Factored error) {
        if (residualRank.isEmpty() || residualRank.getAsInt() >= error.inner()) {
            return error;
        }
        int rank = residualRank.getAsInt();
        return error.leading(rank).balanced(rank, 1);
    }

    @Override
    public Cost cost(Setting setting, int round) {
        long factors = setting.a() + setting.b() + setting.head();
        long exact = setting.rankSum() - setting.rank();
        long inner = Math.min(exact, residualRank.orElse(Integer.MAX_VALUE));
        return new Cost(factors, factors, setting.residuals(inner), 0);
    }
}
