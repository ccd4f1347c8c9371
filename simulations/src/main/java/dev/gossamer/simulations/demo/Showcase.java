package dev.gossamer.simulations.demo;

import dev.gossamer.client.node.ModelWork;
import dev.gossamer.client.node.SharedModels;
import dev.gossamer.client.weights.Artifact;
import dev.gossamer.client.weights.ArtifactCache;
import dev.gossamer.coordinator.round.RunEvent;
import dev.gossamer.protocols.adapter.AdapterState;
import dev.gossamer.protocols.host.ListenException;
import dev.gossamer.protocols.method.Aggregator;
import dev.gossamer.protocols.run.RunFile;
import dev.gossamer.protocols.run.World;
import dev.gossamer.simulations.data.Shards;
import dev.gossamer.simulations.experiment.Completion;
import dev.gossamer.simulations.experiment.Measure;
import dev.gossamer.simulations.experiment.RoundRecord;
import dev.gossamer.simulations.experiment.RunOutcome;
import dev.gossamer.simulations.federation.Federation;
import dev.gossamer.simulations.federation.FederationException;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;

/** One run with its baselines, shown to a person and left in a folder. */
final class Showcase {
    private static final double NANOS = 1e9;

    /** Completions that are printed. */
    private static final int SHOWN = 4;

    private final RunFile run;
    private final Measure measure;
    private final World world;
    private final Console console;
    private final SharedModels models;
    private final LongSupplier nanos;

    /**
     * A showcase of {@code run}.
     *
     * @param nanos the clock that baselines are timed by
     */
    Showcase(RunFile run, World world, Console console, SharedModels models, LongSupplier nanos) {
        this.run = run;
        measure = Measure.of(run);
        this.world = world;
        this.console = console;
        this.models = models;
        this.nanos = nanos;
    }

    /**
     * Runs everything, in a fresh folder below {@code out} that is made once nothing is left that
     * the run file could be refused for.
     *
     * @param host runs the federation to its end and returns the seconds that it took
     * @throws FederationException if the run failed
     */
    RunOutcome run(Path out, ToDoubleFunction<Federation> host, boolean withBaselines) {
        Aggregator.of(run);
        Shards shards =
                Shards.deal(
                        run,
                        world,
                        Shards.sizes(run, world),
                        Shards.Scored.TEST,
                        ArtifactCache.ofEnvironment(),
                        this::downloaded);
        models.open(run.model().base(), this::downloaded);
        ModelWork.requireFit(run, models);
        RunFolder folder = RunFolder.fresh(out, run.name());
        folder.writeRunFile(run);
        RunWatcher watcher = new RunWatcher(run, console, folder);
        Federation federation =
                Federation.onOwnFiles(
                        run,
                        shards.write(folder.path()),
                        folder.path(),
                        models,
                        watcher::at,
                        watcher::on,
                        watcher::on);
        double seconds = hosted(federation, host, folder);
        RunEvent.Ended ended = watcher.ended().orElseThrow();
        if (ended.adapter().isEmpty()) {
            throw new FederationException(ended.outcome());
        }
        AdapterState adapter = ended.adapter().get();
        folder.writeAdapter(adapter);
        ComparedArms arms = ComparedArms.of(federation, watcher.basis().orElseThrow(), models);
        RunOutcome outcome = outcome(arms, federation, watcher, adapter, seconds, withBaselines);
        folder.writeReport(outcome);
        complete(arms, ended, folder);
        print(outcome, folder);
        return outcome;
    }

    /** A coordinator that could not even listen leaves nothing behind. */
    private static double hosted(
            Federation federation, ToDoubleFunction<Federation> host, RunFolder folder) {
        try {
            return host.applyAsDouble(federation);
        } catch (ListenException e) {
            folder.discard();
            throw e;
        }
    }

    private void downloaded(Artifact artifact, long bytes) {
        console.progress(
                "downloading " + artifact.coordinates() + ", KB",
                bytes / 1000,
                artifact.archiveBytes() / 1000);
    }

    private RunOutcome outcome(
            ComparedArms arms,
            Federation federation,
            RunWatcher watcher,
            AdapterState adapter,
            double seconds,
            boolean withBaselines) {
        List<RoundRecord> rounds = watcher.rounds();
        RoundRecord last = rounds.getLast();
        long lora =
                LoraTraffic.bytes(
                        arms.baselines().basis(),
                        adapter.layout(),
                        watcher.reports(),
                        (long) rounds.size() * federation.files().size(),
                        federation.files().firstKey());
        long basisBytes = watcher.ended().orElseThrow().basisBytes();
        long began = nanos.getAsLong();
        boolean compared = withBaselines && run.evaluation().publicTest().isPresent();
        RunOutcome.Arms reached =
                compared ? compare(arms, last.value()) : RunOutcome.Arms.alone(last.value());
        return new RunOutcome(
                run.name(),
                measure,
                rounds,
                reached,
                new RunOutcome.Bytes(last.bytesUp(), last.bytesDown(), basisBytes, lora),
                seconds,
                compared ? (nanos.getAsLong() - began) / NANOS : 0,
                adapter.digest().toString());
    }

    /** What is trained besides the R of each target. */
    private RunOutcome.Arms compare(ComparedArms arms, double federated) {
        console.line("baselines, on the same rows and the same test:");
        double frozen = arms.frozen();
        console.line("  %s  %s", measure.frozenArm(), measure.text(frozen));
        double best =
                arms.bestClient(
                        BaselineRates.alone(run),
                        (done, total) -> console.progress("each client alone", done, total),
                        (client, reached) ->
                                console.line(
                                        "  client-%d alone, %d steps  %s",
                                        client + 1, arms.stepsAlone(), measure.text(reached)));
        double centralised =
                arms.centralised(
                        BaselineRates.centralised(run),
                        (done, total) -> console.progress("centralised", done, total));
        console.line(
                "  centralised on the pooled rows, %d steps  %s",
                arms.stepsOfAll(), measure.text(centralised));
        return new RunOutcome.Arms(
                federated,
                OptionalDouble.of(frozen),
                OptionalDouble.of(best),
                OptionalDouble.of(centralised));
    }

    /** What a causal language model writes before and after; of no other model anything. */
    private void complete(ComparedArms arms, RunEvent.Ended ended, RunFolder folder) {
        if (run.task() != RunFile.Task.CAUSAL_LM || arms.baselines().test().isEmpty()) {
            return;
        }
        List<Completion> completions = arms.completions(ended);
        folder.writeCompletions(completions);
        console.line("");
        console.line("what it writes, of %d in completions.jsonl:", completions.size());
        for (Completion completion : completions.subList(0, Math.min(SHOWN, completions.size()))) {
            console.line("  %s", completion.prompt());
            console.line("    before  %s", oneLine(completion.before()));
            console.line("    after   %s", oneLine(completion.after()));
        }
    }

    private static String oneLine(String text) {
        return text.replaceAll("\\s+", " ");
    }

    /** The table at the end. */
    private void print(RunOutcome outcome, RunFolder folder) {
        RunOutcome.Arms arms = outcome.arms();
        console.line("");
        console.line(
                "%s on the %s",
                measure.key(),
                run.evaluation().publicTest().isPresent() ? "public test" : "clients' own rows");
        row("federated", OptionalDouble.of(arms.federated()));
        row(measure.frozenName(), arms.frozen());
        row("best client alone", arms.bestClient());
        row("centralised", arms.centralised());
        RunOutcome.Bytes bytes = outcome.bytes();
        double sent = bytes.up() + bytes.down();
        console.line(
                "bytes on the wire: %.1f MB up, %.1f MB down, %.1f MB of that the basis, once",
                bytes.up() / 1e6, bytes.down() / 1e6, bytes.basis() / 1e6);
        console.line(
                "FedAvg of LoRA r=8 on the same matrices: %.1f MB, %.1f times as much",
                bytes.loraFedAvg() / 1e6, bytes.loraFedAvg() / sent);
        if (arms.frozen().isPresent()) {
            console.line("%s", outcome.verdict());
        }
        console.line("adapter %s", outcome.adapterDigest());
        console.line("in %s: run.yaml, metrics.jsonl, report.html, adapter.gsma", folder.path());
    }

    private void row(String arm, OptionalDouble value) {
        value.ifPresent(v -> console.line("  %-20s  %s", arm, measure.text(v)));
    }
}
