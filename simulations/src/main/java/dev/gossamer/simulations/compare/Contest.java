package dev.gossamer.simulations.compare;

import dev.gossamer.simulations.data.Shards.Scored;
import dev.gossamer.simulations.experiment.Measure;
import dev.gossamer.simulations.federation.FederationException;
import dev.gossamer.simulations.traffic.Forecast;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Carries out a comparison: for each arm every rate on validation rows, and the best of them on the
 * public test, on coins of their own. What the log has is not done again.
 */
final class Contest implements AutoCloseable {
    private static final double SECONDS_A_MINUTE = 60;

    private final Comparison comparison;
    private final CellLog log;
    private final Supplier<CellRunner> starter;
    private final PrintStream progress;
    private Optional<CellRunner> runner = Optional.empty();
    private int passed;
    private int ran;
    private double seconds;

    /**
     * A contest.
     *
     * @param starter starts what runs cells, once there is one to run
     * @param progress gets a line for each that was
     */
    Contest(
            Comparison comparison,
            CellLog log,
            Supplier<CellRunner> starter,
            PrintStream progress) {
        this.comparison = comparison;
        this.log = log;
        this.starter = starter;
        this.progress = progress;
    }

    /**
     * What each arm reaches, in the order of the file.
     *
     * @throws FederationException if an arm reaches nothing
     */
    List<ArmOutcome> outcomes() {
        return comparison.arms().stream().map(this::outcome).toList();
    }

    private ArmOutcome outcome(Arm arm) {
        Rate chosen = chosen(arm);
        List<CellResult> scores = new ArrayList<>();
        for (long seed : comparison.seeds()) {
            CellResult result = result(arm.cell(chosen, seed, Scored.TEST));
            if (result.value().isEmpty()) {
                throw new FederationException(
                        "arm=" + arm.label() + ", seed=" + seed + ": " + result.outcome());
            }
            scores.add(result);
        }
        Cell first = arm.cell(chosen, comparison.seeds().getFirst(), Scored.TEST);
        return new ArmOutcome(
                arm.label(),
                Measure.of(first.run()),
                Forecast.of(first.run()),
                first.world().clients(),
                chosen,
                atEdge(arm, chosen),
                scores);
    }

    /** The best of the arm's rates, the first of equal ones. */
    private Rate chosen(Arm arm) {
        if (Comparison.sweeps(arm) == 0) {
            return arm.rates().getFirst();
        }
        Optional<CellResult> best = Optional.empty();
        List<String> outcomes = new ArrayList<>();
        for (Rate rate : arm.rates()) {
            Cell cell = arm.cell(rate, comparison.sweepSeed(), Scored.VALIDATION);
            CellResult result = result(cell);
            outcomes.add(rate + ": " + result.outcome());
            Measure measure = Measure.of(cell.run());
            if (result.value().isPresent()
                    && best.filter(b -> !measure.better(value(result), value(b))).isEmpty()) {
                best = Optional.of(result);
            }
        }
        return best.orElseThrow(
                        () ->
                                new FederationException(
                                        "no rate works: arm="
                                                + arm.label()
                                                + ", rates="
                                                + outcomes))
                .rate();
    }

    private static double value(CellResult result) {
        return result.value().orElseThrow();
    }

    /** Whether a rate beyond the arm's might have been better still. */
    private static boolean atEdge(Arm arm, Rate chosen) {
        double least = arm.rates().stream().mapToDouble(Rate::client).min().orElseThrow();
        double most = arm.rates().stream().mapToDouble(Rate::client).max().orElseThrow();
        return arm.rates().size() > 1 && (chosen.client() == least || chosen.client() == most);
    }

    private CellResult result(Cell cell) {
        passed++;
        Optional<CellResult> done = log.find(cell.key());
        if (done.isPresent()) {
            return done.get();
        }
        CellResult result = runner().run(cell);
        log.add(result);
        ran++;
        seconds += result.seconds();
        tell(cell, result);
        return result;
    }

    /** The runner; before the first cell every arm is held to what it needs. */
    private CellRunner runner() {
        if (runner.isEmpty()) {
            CellRunner started = starter.get();
            runner = Optional.of(started);
            for (Arm arm : comparison.arms()) {
                started.requireFit(
                        arm.cell(
                                arm.rates().getFirst(), comparison.sweepSeed(), Scored.VALIDATION));
            }
        }
        return runner.get();
    }

    private void tell(Cell cell, CellResult result) {
        Measure measure = Measure.of(cell.run());
        String reached =
                result.value().isPresent()
                        ? measure.key() + " " + measure.text(value(result))
                        : result.outcome();
        progress.println(
                String.format(
                        Locale.ROOT,
                        "%3d of %d  %-20s %-10s rate %s, seed %d: %s  %.1f s, %.0f min to go",
                        passed,
                        comparison.cells(),
                        cell.arm(),
                        result.scored(),
                        cell.rate(),
                        result.seed(),
                        reached,
                        result.seconds(),
                        seconds / ran * (comparison.cells() - passed) / SECONDS_A_MINUTE));
    }

    @Override
    public void close() {
        runner.ifPresent(CellRunner::close);
    }
}
