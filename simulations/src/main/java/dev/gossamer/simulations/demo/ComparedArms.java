package dev.gossamer.simulations.demo;

import dev.gossamer.client.data.Example;
import dev.gossamer.client.node.BaseVersion;
import dev.gossamer.client.node.ModelWork;
import dev.gossamer.client.node.SharedModels;
import dev.gossamer.client.train.Progress;
import dev.gossamer.coordinator.round.RunEvent;
import dev.gossamer.protocols.adapter.AdapterCodec;
import dev.gossamer.protocols.adapter.AdapterState;
import dev.gossamer.protocols.adapter.ArtifactFormatException;
import dev.gossamer.protocols.adapter.Basis;
import dev.gossamer.protocols.adapter.BasisCodec;
import dev.gossamer.protocols.adapter.Digest;
import dev.gossamer.protocols.artifact.FolderArtifacts;
import dev.gossamer.protocols.node.ArtifactPort;
import dev.gossamer.protocols.node.NodeId;
import dev.gossamer.protocols.run.RunFile;
import dev.gossamer.protocols.wire.ModelVersion;
import dev.gossamer.simulations.experiment.Baselines;
import dev.gossamer.simulations.experiment.Completion;
import dev.gossamer.simulations.federation.Federation;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/** The arms that a finished federation is compared with: same rows, same test, same start. */
final class ComparedArms {
    /** Prompts that are completed. */
    private static final int COMPLETIONS = 16;

    private final RunFile run;
    private final Baselines baselines;
    private final List<List<Example>> shards;
    private final ArtifactPort artifacts;

    private ComparedArms(
            RunFile run, Baselines baselines, List<List<Example>> shards, ArtifactPort artifacts) {
        this.run = run;
        this.baselines = baselines;
        this.shards = shards;
        this.artifacts = artifacts;
    }

    /** The arms of {@code federation}, whose coordinator holds what {@code made} names. */
    static ComparedArms of(Federation federation, RunEvent.BasisMade made, SharedModels models) {
        RunFile run = federation.run();
        FolderArtifacts artifacts = new FolderArtifacts(federation.artifacts(NodeId.COORDINATOR));
        Basis basis = basis(artifacts, made.basis());
        AdapterState start;
        try {
            start = AdapterCodec.decode(artifacts.get(made.adapter()).orElseThrow());
        } catch (ArtifactFormatException e) {
            throw new IllegalStateException("artifact of this run cannot be read", e);
        }
        List<List<Example>> shards = new ArrayList<>();
        List<Example> test = new ArrayList<>();
        for (NodeId node : federation.files().keySet()) {
            ModelWork work = new ModelWork(run, node, federation.files().get(node), models);
            shards.add(work.rows().train());
            work.publicTest().ifPresent(test::addAll);
        }
        return new ComparedArms(
                run,
                new Baselines(models, run, made.basis(), basis, start, test),
                shards,
                artifacts);
    }

    private static Basis basis(ArtifactPort artifacts, Digest name) {
        try {
            return BasisCodec.decode(artifacts.get(name).orElseThrow());
        } catch (ArtifactFormatException e) {
            throw new IllegalStateException("artifact of this run cannot be read", e);
        }
    }

    /** What all arms share. */
    Baselines baselines() {
        return baselines;
    }

    /** The steps that one client took in the federation. */
    int stepsAlone() {
        return run.rounds().count() * run.train().localSteps();
    }

    /** The steps that all clients took together. */
    int stepsOfAll() {
        return stepsAlone() * run.rounds().cohort();
    }

    /** The frozen base: a linear probe on it over the pooled rows, or the base as it is. */
    double frozen() {
        return baselines.frozen(shards.stream().flatMap(List::stream).toList());
    }

    /** The best that one client reaches alone. */
    double bestClient(double learningRate, Progress progress, BiConsumer<Integer, Double> result) {
        Baselines.Plan plan = new Baselines.Plan(stepsAlone(), learningRate);
        return baselines.bestClient(shards, plan, progress, result);
    }

    /** All rows in one place. */
    double centralised(double learningRate, Progress progress) {
        Baselines.Plan plan = new Baselines.Plan(stepsOfAll(), learningRate);
        return baselines.centralised(shards, plan, progress);
    }

    /**
     * What the model writes to the first prompts of the test, before the run and with {@code
     * ended}.
     */
    List<Completion> completions(RunEvent.Ended ended) {
        AdapterState end = ended.adapter().orElseThrow();
        ModelVersion version = ended.version().orElseThrow();
        List<Example> prompts = baselines.test();
        Baselines last =
                new Baselines(
                        baselines.models(),
                        run,
                        version.basis(),
                        basis(artifacts, version.basis()),
                        end,
                        prompts);
        return last.withModel(
                BaseVersion.of(version.base(), artifacts),
                model ->
                        Completion.greedy(
                                model,
                                baselines.tokenizer(),
                                baselines.longest(),
                                prompts.subList(0, Math.min(COMPLETIONS, prompts.size())),
                                new float[end.values().length],
                                end.values()));
    }
}
