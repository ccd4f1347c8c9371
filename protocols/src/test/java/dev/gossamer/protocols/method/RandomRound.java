package dev.gossamer.protocols.method;

import dev.gossamer.protocols.adapter.AdapterLayout;
import dev.gossamer.protocols.adapter.AdapterLayout.Slice;
import dev.gossamer.protocols.adapter.AdapterValues;
import dev.gossamer.protocols.adapter.Factor;
import dev.gossamer.protocols.adapter.Residual;
import dev.gossamer.protocols.aggregate.ServerOptimizer;
import dev.gossamer.protocols.aggregate.Shares;
import dev.gossamer.protocols.algebra.Factored;
import dev.gossamer.protocols.random.CounterRandom;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.NormOps_DDRM;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A round of clients with random factors of two targets and a head, in double precision. */
final class RandomRound {
    /** Their sides differ, so that a transposed factor cannot pass. */
    static final List<Setting.Shape> TARGETS =
            List.of(new Setting.Shape("up", 18, 10), new Setting.Shape("down", 9, 14));

    static final double SCALING = 2;

    private RandomRound() {}

    /** Uniform in [-1, 1). */
    static double coin(CounterRandom coins) {
        return 2 * coins.nextDouble() - 1;
    }

    static AdapterLayout layout(int rank) {
        List<Slice> slices = new ArrayList<>();
        for (Setting.Shape shape : TARGETS) {
            slices.add(new Slice(Factor.A.slice(shape.name()), rank, shape.in()));
            slices.add(new Slice(Factor.B.slice(shape.name()), shape.out(), rank));
        }
        slices.add(new Slice("classifier.weight", 3, 5));
        return new AdapterLayout(slices);
    }

    static AdapterValues random(AdapterLayout layout, long seed) {
        CounterRandom coins = CounterRandom.of(seed, "test", 0, "");
        double[] values = new double[layout.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = coin(coins);
        }
        return new AdapterValues(layout, values);
    }

    /** {@code start} with only {@code factors} trained, to something random. */
    static AdapterValues trained(AdapterValues start, Set<Factor> factors, long seed) {
        AdapterLayout part = start.layout().only(factors);
        return start.plus(random(part, seed));
    }

    /** {@code scaling B A} of {@code target}. */
    static DMatrixRMaj product(AdapterValues values, String target, double scaling) {
        return new Factored(
                        values.matrix(Factor.B.slice(target)),
                        values.matrix(Factor.A.slice(target)))
                .times(scaling)
                .product();
    }

    /** {@code Σ p_i s_i B_i A_i}, summed as dense matrices. */
    static DMatrixRMaj ideal(Collected round, String target) {
        double[] shares =
                Shares.of(round.reports().stream().mapToDouble(Collected.Report::weight).toArray());
        DMatrixRMaj sum = null;
        for (int i = 0; i < shares.length; i++) {
            Collected.Report report = round.reports().get(i);
            DMatrixRMaj term = product(report.trained(), target, shares[i] * report.scaling());
            if (sum == null) {
                sum = term;
            } else {
                CommonOps_DDRM.addEquals(sum, term);
            }
        }
        return sum;
    }

    /** What {@code method} makes of {@code round}, by the mean alone where that is enough. */
    static Combined combined(ExchangeMethod method, Collected round) {
        return switch (method) {
            case CollectMethod collecting -> collecting.combine(round);
            case SumMethod summing -> new Combined(afterSum(summing, round), List.of());
        };
    }

    private static AdapterValues afterSum(SumMethod method, Collected round) {
        AdapterLayout part = round.current().layout().only(method.trained(round.round()));
        AdapterLayout head = round.current().layout().only(Set.of(Factor.HEAD));
        double[] shares = round.shares();
        AdapterValues mean = AdapterValues.zero(part);
        for (int i = 0; i < shares.length; i++) {
            AdapterValues trained = round.reports().get(i).trained();
            AdapterValues update =
                    method instanceof HetLora
                            ? trained.minus(round.current().only(head))
                            : trained.only(part).minus(round.current().only(part));
            mean = mean.plus(shares[i], method.aligned(update, part));
        }
        return ServerRound.first(round.current())
                .next(method, new ServerOptimizer.FedAvg(), mean)
                .adapter();
    }

    /** What a client's matrix differs from the base's by after a round. */
    static DMatrixRMaj effective(Combined combined, String target, double scaling) {
        DMatrixRMaj sum = product(combined.next(), target, scaling);
        for (Residual residual : combined.residuals()) {
            if (residual.target().equals(target)) {
                CommonOps_DDRM.addEquals(sum, residual.change().product());
            }
        }
        return sum;
    }

    static double largestDifference(DMatrixRMaj one, DMatrixRMaj other) {
        DMatrixRMaj difference = new DMatrixRMaj(one.numRows, one.numCols);
        CommonOps_DDRM.subtract(one, other, difference);
        return CommonOps_DDRM.elementMaxAbs(difference);
    }

    static double distance(DMatrixRMaj one, DMatrixRMaj other) {
        DMatrixRMaj difference = new DMatrixRMaj(one.numRows, one.numCols);
        CommonOps_DDRM.subtract(one, other, difference);
        return NormOps_DDRM.normF(difference);
    }
}
