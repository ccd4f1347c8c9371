package dev.gossamer.simulations.demo;

import dev.gossamer.client.node.ClientEvent;
import dev.gossamer.client.node.WorkProgress;
import dev.gossamer.coordinator.round.RoundSummary;
import dev.gossamer.coordinator.round.RunEvent;
import dev.gossamer.protocols.method.ExchangeMethod;
import dev.gossamer.protocols.node.NodeId;
import dev.gossamer.protocols.run.RunFile;
import dev.gossamer.simulations.experiment.Measure;
import dev.gossamer.simulations.experiment.RoundRecord;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Tells a person what happens in a run, and remembers what it came to.
 *
 * <p>Guarded by itself: events come from several nodes' threads.
 */
final class RunWatcher {
    private static final double MEGA = 1e6;
    private static final double HUNDRED = 100;
    private static final double NANOS = 1e9;

    private final RunFile run;
    private final Measure measure;
    private final boolean hasBasis;
    private final Console console;
    private final RunFolder folder;
    private final List<RoundRecord> rounds = new ArrayList<>();
    private Optional<RunEvent.BasisMade> basis = Optional.empty();
    private Optional<RunEvent.Ended> ended = Optional.empty();
    private int expected;
    private int reported;
    private int round;
    private int steps;
    private int reports;
    private long upBefore;
    private long downBefore;
    private long nanosBefore;

    RunWatcher(RunFile run, Console console, RunFolder folder) {
        this.run = run;
        measure = Measure.of(run);
        hasBasis = ExchangeMethod.of(run).hasBasis();
        this.console = console;
        this.folder = folder;
    }

    synchronized void on(RunEvent event) {
        if (ended.isPresent()) {
            return;
        }
        switch (event) {
            case RunEvent.Joined e ->
                    console.line(
                            "  %s joined: %d rows to train on, %d held out%s",
                            e.node(),
                            e.hello().trainingRows(),
                            e.hello().heldOutRows(),
                            e.hello().designated() ? ", and the public sample" : "");
            case RunEvent.Left e -> console.line("  %s is gone", e.node());
            case RunEvent.BasisAsked e -> console.line(asked(), e.node(), run.basis().rows());
            case RunEvent.BasisMade e -> {
                basis = basis.or(() -> Optional.of(e));
                if (hasBasis) {
                    console.line(
                            "basis: %.2f MB, sent once to each client, sha256 %s",
                            e.bytes() / MEGA, e.basis().brief());
                }
            }
            case RunEvent.Captured e ->
                    console.line("basis: captures %.1f %% of the gradient", HUNDRED * e.share());
            case RunEvent.Merged e ->
                    console.line("basis: what round %d has learnt is in the base", e.round());
            case RunEvent.SketchOpened e ->
                    console.line(
                            "basis: pass %d of 2 over the gradients of %d clients",
                            e.pass(), e.cohort().size());
            case RunEvent.Sketched e -> {}
            case RunEvent.RoundOpened e -> {
                round = e.round();
                expected = e.cohort().size();
                reported = 0;
                steps = 0;
                showTraining(e.round());
            }
            case RunEvent.Reported e -> {
                reported++;
                reports++;
                showTraining(e.round());
            }
            case RunEvent.Refused e ->
                    console.line("  refused from %s: %s %s", e.node(), e.reason(), e.detail());
            case RunEvent.Failed e -> console.line("  %s failed: %s", e.node(), e.detail());
            case RunEvent.RoundAbandoned e ->
                    console.line(
                            "round %d abandoned: %d reports, %d needed",
                            e.round(), e.reports(), run.rounds().minimum());
            case RunEvent.RoundFinished e -> finished(e.summary());
            case RunEvent.Ended e -> ended = Optional.of(e);
        }
    }

    private String asked() {
        if (!hasBasis) {
            return "start: %s draws A and fits the head to %d public rows";
        }
        return switch (run.basis().from()) {
            case GRADIENT -> "basis: %s makes it from the gradients of %d public rows";
            case WEIGHTS, RANDOM -> "basis: %s makes it, and a head for %d public rows";
            case RANGE_FINDER -> "start: %s fits the head to %d public rows";
        };
    }

    /** Shows steps of basis and training where the work is done in this process. */
    synchronized void at(NodeId node, WorkProgress.Stage stage, int done, int total) {
        switch (stage) {
            case BASIS -> console.progress("basis, mini-batches", done, total);
            case TRAINING -> {
                steps++;
                showTraining(round);
            }
        }
    }

    /** Steps where they are seen, else reports. */
    private void showTraining(int of) {
        String what = "round %2d of %d".formatted(of, run.rounds().count());
        if (steps > 0) {
            console.progress(
                    what + ", local steps", steps, (long) expected * run.train().localSteps());
        } else {
            console.progress(what + ", clients trained", reported, expected);
        }
    }

    synchronized void on(NodeId node, ClientEvent event) {
        if (event instanceof ClientEvent.Failed failed) {
            console.line("  %s: %s", node, failed.cause().getMessage());
        } else if (event instanceof ClientEvent.Forgotten forgotten) {
            console.line("  %s: nothing is owed any more: %s", node, forgotten.cause());
        }
    }

    private void finished(RoundSummary summary) {
        if (summary.heldOut().isEmpty()) {
            return;
        }
        RoundRecord record = record(summary);
        rounds.add(record);
        folder.addMetrics(record);
        console.line(
                "round %2d  %s %s%s" + "  up %5.2f MB  down %5.2f MB  %5.1f s%s",
                record.round(),
                measure.key(),
                measure.text(record.value()),
                record.ownRows().map(this::shown).orElse(""),
                (summary.bytesUp() - upBefore) / MEGA,
                (summary.bytesDown() - downBefore) / MEGA,
                (summary.nanos() - nanosBefore) / NANOS,
                summary.aggregationError()
                        .map(error -> "  mean off by %.3g".formatted(error.relative()))
                        .orElse(""));
        upBefore = summary.bytesUp();
        downBefore = summary.bytesDown();
        nanosBefore = summary.nanos();
    }

    private RoundRecord record(RoundSummary summary) {
        return new RoundRecord(
                summary.round(),
                measure,
                summary.publicTest().map(measure::of).orElseGet(() -> measure.ofClients(summary)),
                ownRows(summary),
                summary.bytesUp(),
                summary.bytesDown(),
                summary.nanos() / NANOS,
                summary.reports(),
                summary.aggregationError().isPresent()
                        ? OptionalDouble.of(summary.aggregationError().get().relative())
                        : OptionalDouble.empty());
    }

    private String shown(RoundRecord.OwnRows rows) {
        return "  clients' own rows %s  worst %s %s"
                .formatted(
                        measure.text(rows.mean()), rows.worst(), measure.text(rows.worstValue()));
    }

    private Optional<RoundRecord.OwnRows> ownRows(RoundSummary summary) {
        return summary.worst(score -> measure.quality(measure.of(score)))
                .map(
                        worst ->
                                new RoundRecord.OwnRows(
                                        measure.ofClients(summary),
                                        worst.value(),
                                        measure.of(summary.heldOut().get(worst))));
    }

    /** What the rounds came to so far. */
    synchronized List<RoundRecord> rounds() {
        return List.copyOf(rounds);
    }

    /** How the run ended, once it has. */
    synchronized Optional<RunEvent.Ended> ended() {
        return ended;
    }

    /** The first basis and the first adapter, once they are made. */
    synchronized Optional<RunEvent.BasisMade> basis() {
        return basis;
    }

    /** How many reports were accepted. */
    synchronized int reports() {
        return reports;
    }
}
