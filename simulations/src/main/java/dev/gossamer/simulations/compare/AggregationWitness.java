package dev.gossamer.simulations.compare;

import dev.gossamer.client.node.LocalWork;
import dev.gossamer.protocols.adapter.AdapterLayout;
import dev.gossamer.protocols.adapter.AdapterState;
import dev.gossamer.protocols.adapter.AdapterValues;
import dev.gossamer.protocols.adapter.Factor;
import dev.gossamer.protocols.adapter.Residual;
import dev.gossamer.protocols.algebra.Factored;
import dev.gossamer.protocols.method.AggregationError;
import dev.gossamer.protocols.method.CollectMethod;
import dev.gossamer.protocols.method.Collected;
import dev.gossamer.protocols.method.Combined;
import dev.gossamer.protocols.method.ExchangeMethod;
import dev.gossamer.protocols.method.SumMethod;
import dev.gossamer.protocols.node.NodeId;
import dev.gossamer.protocols.run.RunFile;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Sees what each client of a simulated run learns, and tells what its method makes wrong of it.
 *
 * <p>A server of sums never sees it: it is {@code ‖Σ p_i s_i B_i A_i - D‖ / ‖Σ p_i s_i B_i A_i‖},
 * where D is what the base and the adapter changed by in truth, residuals counted. Targets and
 * rounds are pooled as if they were one matrix. What codecs drop and what the server's optimiser
 * adds is no part of it. Confined to the one thread of virtual time.
 */
final class AggregationWitness {
    private final RunFile run;
    private final ExchangeMethod method;
    private final SortedMap<NodeId, Seen> round = new TreeMap<>();
    private int number;
    private double error;
    private double ideal;
    private boolean known = true;

    /** What one client trained from, and to. */
    private record Seen(AdapterState start, AdapterState trained, int weight) {}

    /** A witness of {@code run}. */
    AggregationWitness(RunFile run, ExchangeMethod method) {
        this.run = run;
        this.method = method;
    }

    /** The work of {@code node}, of which this takes note. */
    LocalWork watching(NodeId node, LocalWork real) {
        return new SeenWork(
                real,
                (start, trained, at) -> {
                    if (at != number) {
                        close();
                        number = at;
                    }
                    round.put(node, new Seen(start, trained, weight(real, trained)));
                });
    }

    private int weight(LocalWork work, AdapterState trained) {
        int rows =
                switch (run.rounds().weights()) {
                    case EXAMPLES -> work.trainingRows();
                    case UNIFORM, CAPPED -> 1;
                };
        return method instanceof SumMethod sum ? sum.weight(trained, rows) : rows;
    }

    /** The relative error over all that was seen; empty where ranks differ. */
    OptionalDouble relative() {
        close();
        return known ? OptionalDouble.of(ideal == 0 ? 0 : error / ideal) : OptionalDouble.empty();
    }

    private void close() {
        if (round.isEmpty()) {
            return;
        }
        Set<Factor> trained = method.trained(number - 1);
        // One factor that all have in common comes out of any mean as it went in: no error.
        if (trained.contains(Factor.A) && trained.contains(Factor.B)) {
            add(collected());
        }
        round.clear();
    }

    private Collected collected() {
        double scaling = run.adapter().scaling();
        List<Collected.Report> reports = new ArrayList<>();
        for (Seen seen : round.values()) {
            reports.add(
                    new Collected.Report(seen.weight(), scaling, AdapterValues.of(seen.trained())));
        }
        AdapterState start = round.values().iterator().next().start();
        return new Collected(AdapterValues.of(start), scaling, number - 1, run.seed(), reports);
    }

    private void add(Collected collected) {
        AdapterLayout layout = collected.current().layout();
        known &= collected.reports().stream().allMatch(r -> r.trained().layout().equals(layout));
        if (!known) {
            return;
        }
        switch (method) {
            case SumMethod sum -> add(AggregationError.of(collected).pooled());
            case CollectMethod collecting -> addCombined(collected, collecting.combine(collected));
        }
    }

    private void add(AggregationError.OfTarget pooled) {
        error = Math.hypot(error, pooled.absolute());
        ideal = Math.hypot(ideal, pooled.ideal());
    }

    private void addCombined(Collected before, Combined after) {
        for (String target : before.targets()) {
            Factored wanted = before.ideal(target);
            Factored adapter =
                    new Factored(
                            after.next().matrix(Factor.B.slice(target)),
                            after.next().matrix(Factor.A.slice(target)));
            List<Factored> parts = new ArrayList<>();
            parts.add(wanted);
            parts.add(adapter.times(-before.scaling()));
            for (Residual residual : after.residuals()) {
                if (residual.target().equals(target)) {
                    parts.add(residual.change().times(-1));
                }
            }
            error = Math.hypot(error, Factored.stacked(parts).norm());
            ideal = Math.hypot(ideal, wanted.norm());
        }
    }
}
