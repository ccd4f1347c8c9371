package dev.gossamer.protocols.method;

import dev.gossamer.protocols.adapter.AdapterLayout;
import dev.gossamer.protocols.adapter.AdapterValues;
import dev.gossamer.protocols.adapter.Factor;
import dev.gossamer.protocols.aggregate.Shares;
import dev.gossamer.protocols.algebra.Factored;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The reports of a round, and what they were trained from.
 *
 * @param current the server's adapter before the round
 * @param scaling alpha / rank of the server's adapter: a target's change is {@code scaling B A}
 * @param round counted from 0
 * @param seed the run's
 * @param reports at least one, in an order that does not hang on arrival
 */
public record Collected(
        AdapterValues current, double scaling, int round, long seed, List<Report> reports) {
    /**
     * One client's report.
     *
     * @param weight above 0; what counts is its share of those who reported
     * @param scaling alpha / rank of the client's adapter
     * @param trained the client's adapter after training, at the client's rank
     */
    public record Report(double weight, double scaling, AdapterValues trained) {
        /** The report of a client that sent {@code update} against {@code start}. */
        public static Report of(
                double weight, double scaling, AdapterValues start, AdapterValues update) {
            return new Report(weight, scaling, start.plus(update));
        }
    }

    /** Reports whose weights can be shares. */
    public Collected {
        reports = List.copyOf(reports);
        Shares.of(reports.stream().mapToDouble(Report::weight).toArray());
    }

    /** What each report counts for; they sum to one. */
    public double[] shares() {
        return Shares.of(reports.stream().mapToDouble(Report::weight).toArray());
    }

    /** The names of the targets, in layout order. */
    public List<String> targets() {
        return current.layout().targets(Factor.B);
    }

    /** {@code Σ p_i s_i B_i A_i} of {@code target}, exactly: the ideal mean of what was learnt. */
    public Factored ideal(String target) {
        double[] shares = shares();
        List<Factored> parts = new ArrayList<>();
        for (int i = 0; i < reports.size(); i++) {
            Report report = reports.get(i);
            parts.add(product(report, target).times(shares[i] * report.scaling()));
        }
        return Factored.stacked(parts);
    }

    /** {@code B_i A_i} of {@code target}, without its scaling. */
    Factored product(Report report, String target) {
        return new Factored(
                report.trained().matrix(Factor.B.slice(target)),
                report.trained().matrix(Factor.A.slice(target)));
    }

    /** The means of the factors of {@code target}, as FedIT takes them; ranks must be equal. */
    public Factored meanFactors(String target) {
        return new Factored(mean(Factor.B.slice(target)), mean(Factor.A.slice(target)));
    }

    /** The mean of the slice called {@code name}. */
    private DMatrixRMaj mean(String name) {
        double[] shares = shares();
        DMatrixRMaj mean = reports.getFirst().trained().matrix(name);
        CommonOps_DDRM.scale(shares[0], mean);
        for (int i = 1; i < reports.size(); i++) {
            CommonOps_DDRM.addEquals(mean, shares[i], reports.get(i).trained().matrix(name));
        }
        return mean;
    }

    /**
     * {@code Σ p_i B_i A_i - (Σ p_i B_i)(Σ p_i A_i)}, what the means of the factors get wrong, at
     * rank {@code (reports - 1) rank}.
     *
     * <p>It is the covariance {@code Σ p_i (B_i - B̄)(A_i - Ā)}; since the {@code p_i (B_i - B̄)}
     * sum to zero, that is {@code Σ p_i (B_i - B̄)(A_i - A_c)}, whose last term vanishes. Nothing
     * large is subtracted, so clients that agree give zero to the last bit.
     */
    public Factored covariance(String target) {
        double[] shares = shares();
        DMatrixRMaj center = mean(Factor.B.slice(target));
        DMatrixRMaj last = reports.getLast().trained().matrix(Factor.A.slice(target));
        List<Factored> parts = new ArrayList<>();
        for (int i = 0; i < Math.max(1, reports.size() - 1); i++) {
            Factored product = product(reports.get(i), target);
            DMatrixRMaj outer = new DMatrixRMaj(product.rows(), product.inner());
            CommonOps_DDRM.subtract(product.left(), center, outer);
            DMatrixRMaj inner = new DMatrixRMaj(product.inner(), product.columns());
            CommonOps_DDRM.subtract(product.right(), last, inner);
            parts.add(new Factored(outer, inner).times(shares[i]));
        }
        return Factored.stacked(parts);
    }

    /** The server's adapter with the mean of the clients' heads, and all else as it was. */
    public AdapterValues withMeanHead() {
        return withMean(Set.of(Factor.HEAD));
    }

    /** The server's adapter with the means of {@code factors}, and all else as it was. */
    public AdapterValues withMean(Set<Factor> factors) {
        AdapterValues next = new AdapterValues(current.layout(), current.values().clone());
        for (AdapterLayout.Slice slice : current.layout().slices()) {
            if (factors.contains(Factor.of(slice.name()))) {
                next.setInPlace(slice.name(), mean(slice.name()));
            }
        }
        return next;
    }
}
