package dev.gossamer.simulations.demo;

import dev.gossamer.client.node.OwnerFiles;
import dev.gossamer.client.node.SharedModels;
import dev.gossamer.client.node.WorkProgress;
import dev.gossamer.client.tensor.Workers;
import dev.gossamer.client.train.Progress;
import dev.gossamer.client.weights.ArtifactCache;
import dev.gossamer.client.weights.DownloadProgress;
import dev.gossamer.coordinator.round.RunEvent;
import dev.gossamer.protocols.node.NodeId;
import dev.gossamer.protocols.run.RunFile;
import dev.gossamer.protocols.run.RunFileReader;
import dev.gossamer.protocols.run.World;
import dev.gossamer.simulations.data.Shards;
import dev.gossamer.simulations.experiment.Measure;
import dev.gossamer.simulations.federation.Federation;
import dev.gossamer.simulations.federation.VirtualFederation;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.Callable;

/** {@code sweep}: every arm of a run at several learning rates, scored on validation rows. */
@Command(
        name = "sweep",
        mixinStandardHelpOptions = true,
        description =
                "Scores the federation and its baselines at several learning rates, on validation"
                        + " rows that no result is reported on, and prints a table.")
public final class SweepCommand implements Callable<Integer> {
    @Parameters(paramLabel = "RUN.yaml")
    private Path file;

    @Option(names = "--rates", split = ",", defaultValue = "2e-3,5e-3,1e-2")
    private List<Double> rates;

    @Option(names = "--seeds", split = ",", defaultValue = "1,2,3")
    private List<Long> seeds;

    @Option(names = "--out", defaultValue = "runs", description = "where the folders go")
    private Path out;

    /** One line of the table. */
    private record Row(double federated, double bestClient, double centralised) {}

    @Override
    public Integer call() {
        RunFile run = RunFileReader.read(file);
        System.out.println("| rate | seed | federated | best client alone | centralised |");
        System.out.println("| --- | --- | --- | --- | --- |");
        try (Workers workers = new Workers(run.train().threads())) {
            SharedModels models = new SharedModels(workers);
            for (double rate : rates) {
                for (long seed : seeds) {
                    Row row = row(run.withSeed(seed).withLearningRate(rate), models);
                    System.out.printf(
                            "| %s | %d | %.3f | %.3f | %.3f |%n",
                            rate, seed, row.federated(), row.bestClient(), row.centralised());
                }
            }
        }
        return 0;
    }

    private Row row(RunFile run, SharedModels models) {
        World world = run.simulate().orElseThrow();
        RunFolder folder = RunFolder.fresh(out, "sweep-" + run.name());
        SortedMap<NodeId, OwnerFiles> files =
                Shards.deal(
                                run,
                                world,
                                Shards.sizes(run, world),
                                Shards.Scored.VALIDATION,
                                ArtifactCache.ofEnvironment(),
                                DownloadProgress.SILENT)
                        .write(folder.path());
        List<RunEvent.BasisMade> made = new ArrayList<>();
        Measure measure = Measure.of(run);
        List<Double> reached = new ArrayList<>();
        Federation federation =
                Federation.onOwnFiles(
                        run,
                        files,
                        folder.path(),
                        models,
                        WorkProgress.SILENT,
                        event -> {
                            if (event instanceof RunEvent.BasisMade basis) {
                                made.add(basis);
                            } else if (event instanceof RunEvent.RoundFinished round) {
                                round.summary()
                                        .publicTest()
                                        .ifPresent(score -> reached.add(measure.of(score)));
                            }
                        },
                        (node, event) -> {});
        VirtualFederation.run(federation, world);
        ComparedArms arms = ComparedArms.of(federation, made.getFirst(), models);
        double rate = run.train().learningRate();
        return new Row(
                reached.getLast(),
                arms.bestClient(rate, Progress.SILENT, (i, a) -> {}),
                arms.centralised(rate, Progress.SILENT));
    }
}
