package dev.gossamer.simulations.demo;

import dev.gossamer.client.data.Example;
import dev.gossamer.client.node.ClassificationWork;
import dev.gossamer.client.node.SharedModels;
import dev.gossamer.client.train.Progress;
import dev.gossamer.client.train.SequenceClassifier;
import dev.gossamer.client.train.TrainPlan;
import dev.gossamer.coordinator.round.RunEvent;
import dev.gossamer.protocols.adapter.AdapterCodec;
import dev.gossamer.protocols.adapter.AdapterState;
import dev.gossamer.protocols.adapter.ArtifactFormatException;
import dev.gossamer.protocols.adapter.Basis;
import dev.gossamer.protocols.adapter.BasisCodec;
import dev.gossamer.protocols.artifact.FolderArtifacts;
import dev.gossamer.protocols.node.NodeId;
import dev.gossamer.protocols.run.RunFile;
import dev.gossamer.simulations.experiment.Baselines;
import dev.gossamer.simulations.federation.Federation;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/** The arms that a finished federation is compared with: same rows, same test, same start. */
final class ComparedArms {
    private final RunFile run;
    private final Basis basis;
    private final Baselines baselines;
    private final List<List<Example>> shards;

    private ComparedArms(
            RunFile run, Basis basis, Baselines baselines, List<List<Example>> shards) {
        this.run = run;
        this.basis = basis;
        this.baselines = baselines;
        this.shards = shards;
    }

    /** The arms of {@code federation}, whose coordinator holds what {@code made} names. */
    static ComparedArms of(Federation federation, RunEvent.BasisMade made, SharedModels models) {
        RunFile run = federation.run();
        FolderArtifacts artifacts = new FolderArtifacts(federation.artifacts(NodeId.COORDINATOR));
        Basis basis;
        AdapterState start;
        try {
            basis = BasisCodec.decode(artifacts.get(made.basis()).orElseThrow());
            start = AdapterCodec.decode(artifacts.get(made.adapter()).orElseThrow());
        } catch (ArtifactFormatException e) {
            throw new IllegalStateException("artifact of this run cannot be read", e);
        }
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
                models.classifier(models.base(run.model().base()), made.basis(), basis, classes);
        return new ComparedArms(
                run, basis, new Baselines(classifier, start, classes, test, run.seed()), shards);
    }

    /** The basis that all arms share. */
    Basis basis() {
        return basis;
    }

    /** The steps that one client took in the federation. */
    int stepsAlone() {
        return run.rounds().count() * run.train().localSteps();
    }

    /** The steps that all clients took together. */
    int stepsOfAll() {
        return stepsAlone() * run.rounds().cohort();
    }

    /** A linear probe on the frozen base, over the pooled rows. */
    double frozenProbe() {
        return baselines.frozenProbe(shards.stream().flatMap(List::stream).toList());
    }

    /** The best that one client reaches alone. */
    double bestClient(double learningRate, Progress progress, BiConsumer<Integer, Double> result) {
        return baselines.bestClient(shards, plan(stepsAlone(), learningRate), progress, result);
    }

    /** All rows in one place. */
    double centralised(double learningRate, Progress progress) {
        return baselines.centralised(shards, plan(stepsOfAll(), learningRate), progress);
    }

    private TrainPlan plan(int steps, double learningRate) {
        return new TrainPlan(
                steps, run.train().batchSize(), learningRate, run.train().weightDecay());
    }
}
