package dev.gossamer.protocols.method;

import dev.gossamer.protocols.adapter.Factor;
import dev.gossamer.protocols.adapter.Residual;
import dev.gossamer.protocols.algebra.Factored;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a round gets wrong, target by target: how far what it adds to the model lies from the mean
 * of what was learnt.
 *
 * <p>Where factors are averaged that is {@code s ‖Σ p_i B_i A_i - (Σ p_i B_i)(Σ p_i A_i)‖}.
 *
 * @param targets in layout order
 */
public record AggregationError(List<OfTarget> targets) {
    /**
     * The error of one target, Frobenius norms with the scaling in them.
     *
     * @param absolute the norm of the difference
     * @param ideal the norm of the first term
     */
    public record OfTarget(String name, double absolute, double ideal) {
        /** The error as a share of the ideal mean, 0 where nothing was learnt. */
        public double relative() {
            return ideal == 0 ? 0 : absolute / ideal;
        }
    }

    /** Copies the list. */
    public AggregationError {
        targets = List.copyOf(targets);
    }

    /**
     * The error of {@code round}; no matrix as large as a target is formed.
     *
     * @throws IllegalArgumentException if ranks differ, so that factors have no means
     */
    public static AggregationError of(Collected round) {
        requireOneRank(round);
        List<OfTarget> targets = new ArrayList<>();
        for (String name : round.targets()) {
            Factored error = round.covariance(name).times(round.scaling());
            targets.add(new OfTarget(name, error.norm(), round.ideal(name).norm()));
        }
        return new AggregationError(targets);
    }

    /**
     * The error of what {@code combined} makes of {@code round}: {@code ‖Σ p_i s_i B_i A_i - (s B A
     * + E)‖} with B, A the next factors and E the residual.
     */
    public static AggregationError of(Collected round, Combined combined) {
        Map<String, Factored> residuals =
                combined.residuals().stream()
                        .collect(Collectors.toMap(Residual::target, Residual::change));
        List<OfTarget> targets = new ArrayList<>();
        for (String name : round.targets()) {
            Factored ideal = round.ideal(name);
            List<Factored> parts = new ArrayList<>();
            parts.add(ideal);
            parts.add(
                    new Factored(
                                    combined.next().matrix(Factor.B.slice(name)),
                                    combined.next().matrix(Factor.A.slice(name)))
                            .times(-round.scaling()));
            if (residuals.containsKey(name)) {
                parts.add(residuals.get(name).times(-1));
            }
            targets.add(new OfTarget(name, Factored.stacked(parts).norm(), ideal.norm()));
        }
        return new AggregationError(targets);
    }

    private static void requireOneRank(Collected round) {
        long ranks =
                round.reports().stream()
                        .map(report -> Ranks.of(report.trained().layout()))
                        .distinct()
                        .count();
        if (ranks > 1) {
            throw new IllegalArgumentException(
                    "factors of several ranks have no mean: ranks="
                            + ranks
                            + ", factor="
                            + Factor.B);
        }
    }

    /** Over all targets, as if they were one matrix. */
    public OfTarget pooled() {
        double absolute = 0;
        double ideal = 0;
        for (OfTarget target : targets) {
            absolute = Math.hypot(absolute, target.absolute());
            ideal = Math.hypot(ideal, target.ideal());
        }
        return new OfTarget("all", absolute, ideal);
    }
}
