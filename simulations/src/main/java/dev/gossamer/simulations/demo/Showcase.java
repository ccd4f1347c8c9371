package dev.gossamer.simulations.demo;

import dev.gossamer.client.model.EncoderShape;
import dev.gossamer.client.node.ClassificationWork;
import dev.gossamer.client.node.SharedModels;
import dev.gossamer.client.train.ClassifierLayout;
import dev.gossamer.client.weights.Artifact;
import dev.gossamer.client.weights.ArtifactCache;
import dev.gossamer.coordinator.round.RunEvent;
import dev.gossamer.protocols.adapter.AdapterLayout.Slice;
import dev.gossamer.protocols.adapter.AdapterState;
import dev.gossamer.protocols.host.ListenException;
import dev.gossamer.protocols.method.ExchangeMethod;
import dev.gossamer.protocols.run.RunFile;
import dev.gossamer.protocols.run.World;
import dev.gossamer.simulations.data.Shards;
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

    private final RunFile run;
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
        ExchangeMethod.named(run.adapter().method());
        Shards shards =
                Shards.deal(
                        run,
                        world,
                        Shards.sizes(run, world),
                        Shards.Scored.TEST,
                        ArtifactCache.ofEnvironment(),
                        this::downloaded);
        EncoderShape shape = models.base(run.model().base(), this::downloaded).weights().shape();
        ClassificationWork.requireFit(run, shape);
        RunFolder folder = RunFolder.fresh(out, run.name());
        folder.writeRunFile(run);
        RunWatcher watcher = new RunWatcher(run, console, folder);
        Federation federation =
                Federation.classifying(
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
        RunOutcome outcome = outcome(federation, watcher, adapter, seconds, withBaselines);
        folder.writeReport(outcome);
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
            Federation federation,
            RunWatcher watcher,
            AdapterState adapter,
            double seconds,
            boolean withBaselines) {
        ComparedArms arms = ComparedArms.of(federation, watcher.basis().orElseThrow(), models);
        List<RoundRecord> rounds = watcher.rounds();
        RoundRecord last = rounds.getLast();
        long lora =
                LoraTraffic.bytes(
                        arms.basis(),
                        head(adapter),
                        watcher.reports(),
                        (long) rounds.size() * federation.files().size(),
                        federation.files().firstKey());
        long basisBytes = watcher.ended().orElseThrow().basisBytes();
        long began = nanos.getAsLong();
        boolean compared = withBaselines && run.evaluation().publicTest().isPresent();
        RunOutcome.Accuracy accuracy =
                compared ? compare(arms, last.accuracy()) : alone(last.accuracy());
        return new RunOutcome(
                run.name(),
                rounds,
                accuracy,
                new RunOutcome.Bytes(last.bytesUp(), last.bytesDown(), basisBytes, lora),
                seconds,
                compared ? (nanos.getAsLong() - began) / NANOS : 0,
                adapter.digest().toString());
    }

    private static RunOutcome.Accuracy alone(double federated) {
        return new RunOutcome.Accuracy(
                federated, OptionalDouble.empty(), OptionalDouble.empty(), OptionalDouble.empty());
    }

    private static List<Slice> head(AdapterState adapter) {
        return adapter.layout().slices().stream()
                .filter(
                        slice ->
                                slice.name().equals(ClassifierLayout.HEAD_WEIGHT)
                                        || slice.name().equals(ClassifierLayout.HEAD_BIAS))
                .toList();
    }

    private RunOutcome.Accuracy compare(ComparedArms arms, double federated) {
        console.line("baselines, on the same rows and the same test:");
        double probe = arms.frozenProbe();
        console.line("  frozen base, linear probe on the pooled rows  %.3f", probe);
        double best =
                arms.bestClient(
                        BaselineRates.ALONE,
                        (done, total) -> console.progress("each client alone", done, total),
                        (client, accuracy) ->
                                console.line(
                                        "  client-%d alone, %d steps  %.3f",
                                        client + 1, arms.stepsAlone(), accuracy));
        double centralised =
                arms.centralised(
                        BaselineRates.CENTRALISED,
                        (done, total) -> console.progress("centralised", done, total));
        console.line(
                "  centralised on the pooled rows, %d steps  %.3f", arms.stepsOfAll(), centralised);
        return new RunOutcome.Accuracy(
                federated,
                OptionalDouble.of(probe),
                OptionalDouble.of(best),
                OptionalDouble.of(centralised));
    }

    /** The table at the end. */
    private void print(RunOutcome outcome, RunFolder folder) {
        RunOutcome.Accuracy accuracy = outcome.accuracy();
        console.line("");
        console.line("accuracy on the public test");
        console.line("  federated             %.3f", accuracy.federated());
        accuracy.frozenProbe().ifPresent(a -> console.line("  frozen probe          %.3f", a));
        accuracy.bestClient().ifPresent(a -> console.line("  best client alone     %.3f", a));
        accuracy.centralised().ifPresent(a -> console.line("  centralised           %.3f", a));
        RunOutcome.Bytes bytes = outcome.bytes();
        double sent = bytes.up() + bytes.down();
        console.line(
                "bytes on the wire: %.1f MB up, %.1f MB down, %.1f MB of that the basis, once",
                bytes.up() / 1e6, bytes.down() / 1e6, bytes.basis() / 1e6);
        console.line(
                "FedAvg of LoRA r=8 on the same matrices: %.1f MB, %.1f times as much",
                bytes.loraFedAvg() / 1e6, bytes.loraFedAvg() / sent);
        if (accuracy.frozenProbe().isPresent()) {
            console.line(
                    outcome.succeeded()
                            ? "Federated training beat the frozen probe and the best client alone."
                            : "Federated training did NOT beat both baselines.");
        }
        console.line("adapter %s", outcome.adapterDigest());
        console.line("in %s: run.yaml, metrics.jsonl, report.html, adapter.gsma", folder.path());
    }
}
