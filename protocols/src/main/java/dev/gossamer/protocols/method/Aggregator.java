package dev.gossamer.protocols.method;

import dev.gossamer.protocols.adapter.AdapterLayout;
import dev.gossamer.protocols.adapter.AdapterState;
import dev.gossamer.protocols.adapter.AdapterValues;
import dev.gossamer.protocols.adapter.Factor;
import dev.gossamer.protocols.adapter.Residual;
import dev.gossamer.protocols.aggregate.RobustRule;
import dev.gossamer.protocols.aggregate.ServerOptimizer;
import dev.gossamer.protocols.aggregate.ServerOptimizer.Memory;
import dev.gossamer.protocols.run.RunFile;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a run's server makes the next adapter of a round's reports: by the method's sum, by a robust
 * rule in its place, or from the reports themselves.
 *
 * @param rule stands for the mean; empty for the mean
 * @param scaling of the product of trained A and B
 * @param measured whether the error of methods that are not exact is measured
 * @param seed the run's
 */
public record Aggregator(
        ExchangeMethod method,
        ServerOptimizer optimizer,
        Optional<RobustRule> rule,
        double scaling,
        boolean measured,
        long seed) {
    /**
     * The aggregator of {@code run}.
     *
     * @throws IllegalArgumentException if method, optimiser and rule cannot be combined
     */
    public static Aggregator of(RunFile run) {
        ExchangeMethod method = ExchangeMethod.of(run);
        return new Aggregator(
                method,
                ServerOptimizer.of(run.server()),
                RobustRule.of(run.server().robust(), run.seed()),
                run.adapter().scaling(),
                run.evaluation().aggregationError()
                        && !method.hasBasis()
                        // Where the sum is noised, what the updates are one by one is not told.
                        && !run.privacy().isOfClients(),
                run.seed());
    }

    /** Refuses what cannot be combined. */
    public Aggregator {
        ServerRound.requireFit(method, optimizer);
        if (method instanceof CollectMethod && rule.isPresent()) {
            throw new IllegalArgumentException(
                    "method needs each update as it is: key=server.robust.rule, value="
                            + rule.get().name()
                            + ", method="
                            + method.name()
                            + ", available=[none]");
        }
    }

    /**
     * One report.
     *
     * @param rank of the client's adapter
     * @param update in the layout of that rank, as it was sent
     */
    public record Report(int rank, int weight, AdapterState update) {}

    /**
     * What a round comes to.
     *
     * @param adapter the server's next one
     * @param memories what the optimiser remembers then, where it does
     * @param residuals that all add to their base; empty where it stays
     * @param error of methods that are not exact, where it is measured
     */
    public record Outcome(
            AdapterState adapter,
            Map<Factor, Memory> memories,
            List<Residual> residuals,
            Optional<AggregationError> error) {
        /** Copies what it is given. */
        public Outcome {
            memories = Map.copyOf(memories);
            residuals = List.copyOf(residuals);
        }
    }

    /** The mean of the updates, a part at a time: the whole of it is larger than the adapter. */
    @FunctionalInterface
    public interface Mean {
        /** The values at {@code from} to before {@code to}. */
        double[] of(int from, int to);
    }

    /**
     * Holds the fewest reports of a round to the rule.
     *
     * @throws IllegalArgumentException if it cannot serve so few
     */
    public void requireServed(int minimum) {
        if (rule.isPresent() && minimum < rule.get().least()) {
            throw new IllegalArgumentException(
                    "rule needs more reports: key=rounds.minimum, value="
                            + minimum
                            + ", server.robust.rule="
                            + rule.get().name()
                            + ", bound="
                            + rule.get().least());
        }
    }

    /** Whether reports are added up as they come, and none is needed any more. */
    public boolean sums() {
        return method instanceof SumMethod && rule.isEmpty();
    }

    /** Whether reports are kept until the round closes. */
    public boolean keeps() {
        return !sums() || measuresSum();
    }

    private boolean measuresSum() {
        return measured && !method.exact() && method instanceof SumMethod;
    }

    /** A client's update in the server's coordinates, as it is added. */
    public AdapterValues aligned(AdapterState update, AdapterLayout part) {
        return method instanceof SumMethod summing
                ? summing.aligned(AdapterValues.of(update), part)
                : AdapterValues.of(update);
    }

    /**
     * What a round comes to.
     *
     * @param before the round, the server's adapter
     * @param memories what the optimiser remembers of it
     * @param published that the clients trained from
     * @param round counted from 0
     * @param part the slices that are trained in the round
     * @param mean of the aligned updates, where they are summed
     * @param reports in an order that does not hang on arrival, where they are kept
     */
    public Outcome close(
            AdapterState before,
            Map<Factor, Memory> memories,
            AdapterState published,
            int round,
            AdapterLayout part,
            Optional<Mean> mean,
            List<Report> reports) {
        return switch (method) {
            case SumMethod summing -> {
                SliceSteps steps = new SliceSteps(summing, optimizer, before, memories);
                steps.take(part, mean.orElseGet(() -> robust(reports, part)));
                yield new Outcome(
                        steps.adapter(),
                        steps.memories(),
                        List.of(),
                        measuresSum()
                                ? Optional.of(
                                        AggregationError.of(
                                                collected(before, published, round, reports)))
                                : Optional.empty());
            }
            case CollectMethod collecting -> {
                Collected collected = collected(before, published, round, reports);
                Combined combined = collecting.combine(collected);
                yield new Outcome(
                        combined.next().state(),
                        Map.of(),
                        combined.residuals(),
                        measured
                                ? Optional.of(AggregationError.of(collected, combined))
                                : Optional.empty());
            }
        };
    }

    private Mean robust(List<Report> reports, AdapterLayout part) {
        double[] combined =
                rule.orElseThrow()
                        .combine(
                                reports.stream()
                                        .map(report -> aligned(report.update(), part).values())
                                        .toList());
        return (from, to) -> Arrays.copyOfRange(combined, from, to);
    }

    /** The reports as whole adapters; those that are averaged have the server's rank. */
    private Collected collected(
            AdapterState before, AdapterState published, int round, List<Report> reports) {
        AdapterLayout whole = before.layout();
        return new Collected(
                AdapterValues.of(before),
                scaling,
                round,
                seed,
                reports.stream().map(report -> collected(report, published, whole)).toList());
    }

    private Collected.Report collected(Report report, AdapterState published, AdapterLayout whole) {
        AdapterValues start = AdapterValues.of(method.start(published, report.rank()));
        AdapterValues trained = method.trained(start, AdapterValues.of(report.update()));
        return new Collected.Report(
                report.weight(),
                scaling,
                method instanceof SumMethod ? Ranks.padded(trained, whole) : trained);
    }
}
