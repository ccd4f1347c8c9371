package dev.gossamer.simulations.demo;

import dev.gossamer.client.node.OwnerFiles;
import dev.gossamer.client.node.SharedModels;
import dev.gossamer.client.train.ClassifierLayout;
import dev.gossamer.client.weights.ArtifactCache;
import dev.gossamer.client.weights.MavenArtifact;
import dev.gossamer.coordinator.round.RunEvent;
import dev.gossamer.protocols.adapter.AdapterLayout.Slice;
import dev.gossamer.protocols.adapter.AdapterState;
import dev.gossamer.protocols.node.NodeId;
import dev.gossamer.protocols.run.RunFile;
import dev.gossamer.protocols.run.World;
import dev.gossamer.simulations.data.Shards;
import dev.gossamer.simulations.experiment.RoundRecord;
import dev.gossamer.simulations.experiment.RunOutcome;
import dev.gossamer.simulations.federation.Federation;
import dev.gossamer.simulations.federation.FederationException;

import java.util.List;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.function.ToDoubleFunction;

/** One run with its baselines, shown to a person and left in a folder. */
final class Showcase {
    private static final double NANOS = 1e9;

    private final RunFile run;
    private final World world;
    private final RunFolder folder;
    private final Console console;
    private final SharedModels models;
    private final RunWatcher watcher;

    Showcase(RunFile run, World world, RunFolder folder, Console console, SharedModels models) {
        this.run = run;
        this.world = world;
        this.folder = folder;
        this.console = console;
        this.models = models;
        watcher = new RunWatcher(run, console, folder);
    }

    /**
     * Runs everything.
     *
     * @param host runs the federation to its end and returns the seconds that it took
     * @throws FederationException if the run failed
     */
    RunOutcome run(ToDoubleFunction<Federation> host, boolean withBaselines) {
        folder.writeRunFile(run);
        SortedMap<NodeId, OwnerFiles> files =
                Shards.deal(
                        run,
                        world,
                        Shards.sizes(run, world),
                        Shards.Scored.TEST,
                        folder.path(),
                        ArtifactCache.ofEnvironment(),
                        this::downloaded);
        models.base(run.model().base(), this::downloaded);
        Federation federation =
                Federation.classifying(run, files, folder.path(), models, watcher::on, watcher::on);
        double seconds = host.applyAsDouble(federation);
        RunEvent.Ended ended = watcher.ended().orElseThrow();
        if (ended.adapter().isEmpty()) {
            throw new FederationException(ended.outcome());
        }
        AdapterState adapter = ended.adapter().get();
        folder.writeAdapter(adapter);
        RunOutcome outcome = outcome(federation, ended, adapter, seconds, withBaselines);
        folder.writeReport(outcome);
        return outcome;
    }

    private void downloaded(MavenArtifact artifact, long bytes) {
        console.progress(
                "downloading " + artifact.artifact() + ", KB",
                bytes / 1000,
                artifact.jarBytes() / 1000);
    }

    private RunOutcome outcome(
            Federation federation,
            RunEvent.Ended ended,
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
        long began = System.nanoTime();
        boolean compared = withBaselines && run.evaluation().publicTest().isPresent();
        RunOutcome.Accuracy accuracy =
                compared ? compare(arms, last.accuracy()) : alone(last.accuracy());
        return new RunOutcome(
                run.name(),
                rounds,
                accuracy,
                new RunOutcome.Bytes(last.bytesUp(), last.bytesDown(), ended.basisBytes(), lora),
                seconds,
                compared ? (System.nanoTime() - began) / NANOS : 0,
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
        int clients = world.clients();
        console.progress("each client alone", 0, clients);
        double best =
                arms.bestClient(
                        BaselineRates.ALONE,
                        (client, accuracy) -> {
                            console.line(
                                    "  client-%d alone, %d steps  %.3f",
                                    client + 1, arms.stepsAlone(), accuracy);
                            console.progress("each client alone", client + 1, clients);
                        });
        console.line("  centralised on the pooled rows, %d steps ...", arms.stepsOfAll());
        double centralised = arms.centralised(BaselineRates.CENTRALISED);
        console.line("  centralised  %.3f", centralised);
        return new RunOutcome.Accuracy(
                federated,
                OptionalDouble.of(probe),
                OptionalDouble.of(best),
                OptionalDouble.of(centralised));
    }

    /** The table at the end. */
    void print(RunOutcome outcome) {
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
