package dev.gossamer.simulations.demo;

import dev.gossamer.client.data.Example;
import dev.gossamer.client.node.ClassificationWork;
import dev.gossamer.client.node.OwnerFiles;
import dev.gossamer.client.node.SharedModels;
import dev.gossamer.client.train.ClassifierLayout;
import dev.gossamer.client.train.SequenceClassifier;
import dev.gossamer.client.train.TrainPlan;
import dev.gossamer.client.weights.ArtifactCache;
import dev.gossamer.client.weights.MavenArtifact;
import dev.gossamer.coordinator.round.RunEvent;
import dev.gossamer.protocols.adapter.AdapterCodec;
import dev.gossamer.protocols.adapter.AdapterLayout.Slice;
import dev.gossamer.protocols.adapter.AdapterState;
import dev.gossamer.protocols.adapter.ArtifactFormatException;
import dev.gossamer.protocols.adapter.Basis;
import dev.gossamer.protocols.adapter.BasisCodec;
import dev.gossamer.protocols.adapter.Digest;
import dev.gossamer.protocols.artifact.FolderArtifacts;
import dev.gossamer.protocols.node.NodeId;
import dev.gossamer.protocols.run.RunFile;
import dev.gossamer.protocols.run.World;
import dev.gossamer.simulations.data.Shards;
import dev.gossamer.simulations.experiment.Baselines;
import dev.gossamer.simulations.experiment.RoundRecord;
import dev.gossamer.simulations.experiment.RunOutcome;
import dev.gossamer.simulations.federation.Federation;
import dev.gossamer.simulations.federation.FederationException;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.function.ToDoubleFunction;

/** One run with its baselines, shown to a person and left in a folder. */
final class Showcase {
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
        FolderArtifacts artifacts = new FolderArtifacts(federation.artifacts(NodeId.COORDINATOR));
        RunEvent.BasisMade made = watcher.basis().orElseThrow();
        Basis basis = basis(artifacts, made.basis());
        List<RoundRecord> rounds = watcher.rounds();
        RoundRecord last = rounds.getLast();
        long began = System.nanoTime();
        RunOutcome.Accuracy accuracy =
                withBaselines && run.evaluation().publicTest().isPresent()
                        ? baselines(
                                federation, made.basis(), basis, start(artifacts, made.adapter()))
                        : alone(last.accuracy());
        double baselineSeconds = withBaselines ? (System.nanoTime() - began) / 1e9 : 0;
        long lora =
                LoraTraffic.bytes(
                        basis,
                        head(adapter),
                        watcher.reports(),
                        (long) rounds.size() * federation.files().size(),
                        federation.files().firstKey());
        return new RunOutcome(
                run.name(),
                rounds,
                accuracy,
                new RunOutcome.Bytes(last.bytesUp(), last.bytesDown(), ended.basisBytes(), lora),
                seconds,
                baselineSeconds,
                adapter.digest().toString());
    }

    private static RunOutcome.Accuracy alone(double federated) {
        return new RunOutcome.Accuracy(
                federated, OptionalDouble.empty(), OptionalDouble.empty(), OptionalDouble.empty());
    }

    private static Basis basis(FolderArtifacts artifacts, Digest name) {
        try {
            return BasisCodec.decode(artifacts.get(name).orElseThrow());
        } catch (ArtifactFormatException e) {
            throw new IllegalStateException("basis cannot be read: artifact=" + name, e);
        }
    }

    private static AdapterState start(FolderArtifacts artifacts, Digest name) {
        try {
            return AdapterCodec.decode(artifacts.get(name).orElseThrow());
        } catch (ArtifactFormatException e) {
            throw new IllegalStateException("adapter cannot be read: artifact=" + name, e);
        }
    }

    private static List<Slice> head(AdapterState adapter) {
        return adapter.layout().slices().stream()
                .filter(
                        slice ->
                                slice.name().equals(ClassifierLayout.HEAD_WEIGHT)
                                        || slice.name().equals(ClassifierLayout.HEAD_BIAS))
                .toList();
    }

    private RunOutcome.Accuracy baselines(
            Federation federation, Digest basisName, Basis basis, AdapterState start) {
        List<List<Example>> shards = new ArrayList<>();
        List<Example> test = new ArrayList<>();
        for (NodeId node : federation.files().keySet()) {
            ClassificationWork work =
                    new ClassificationWork(run, node, federation.files().get(node), models);
            shards.add(work.rows().train().rows());
            work.publicTest().ifPresent(rows -> test.addAll(rows.rows()));
        }
        int classes = run.data().classes().size();
        SequenceClassifier classifier =
                models.classifier(models.base(run.model().base()), basisName, basis, classes);
        Baselines baselines = new Baselines(classifier, start, classes, test, run.seed());
        console.line("baselines, on the same rows and the same test:");
        double probe = baselines.frozenProbe(shards.stream().flatMap(List::stream).toList());
        console.line("  frozen base, linear probe on the pooled rows  %.3f", probe);
        int steps = run.rounds().count() * run.train().localSteps();
        double best =
                baselines.bestClient(
                        shards,
                        plan(steps, BaselineRates.ALONE),
                        (client, accuracy) ->
                                console.line(
                                        "  client-%d alone, %d steps  %.3f",
                                        client + 1, steps, accuracy));
        int all = steps * run.rounds().cohort();
        console.progress("centralised, %d steps".formatted(all), 0, 1);
        double centralised = baselines.centralised(shards, plan(all, BaselineRates.CENTRALISED));
        console.line("  centralised on the pooled rows, %d steps  %.3f", all, centralised);
        return new RunOutcome.Accuracy(
                watcher.rounds().getLast().accuracy(),
                OptionalDouble.of(probe),
                OptionalDouble.of(best),
                OptionalDouble.of(centralised));
    }

    private TrainPlan plan(int steps, double learningRate) {
        return new TrainPlan(
                steps, run.train().batchSize(), learningRate, run.train().weightDecay());
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
