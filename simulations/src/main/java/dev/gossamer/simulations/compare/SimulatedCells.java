package dev.gossamer.simulations.compare;

import dev.gossamer.client.node.ModelWork;
import dev.gossamer.client.node.OwnerFiles;
import dev.gossamer.client.node.SharedModels;
import dev.gossamer.client.node.WorkProgress;
import dev.gossamer.client.tensor.Workers;
import dev.gossamer.client.weights.ArtifactCache;
import dev.gossamer.client.weights.DownloadProgress;
import dev.gossamer.coordinator.round.RoundSummary;
import dev.gossamer.coordinator.round.RunEvent;
import dev.gossamer.protocols.method.AggregationError;
import dev.gossamer.protocols.node.NodeId;
import dev.gossamer.protocols.run.DataPlan;
import dev.gossamer.protocols.run.RunFile;
import dev.gossamer.protocols.run.World;
import dev.gossamer.simulations.data.Shards;
import dev.gossamer.simulations.data.Sizes;
import dev.gossamer.simulations.demo.RunFolder;
import dev.gossamer.simulations.experiment.Measure;
import dev.gossamer.simulations.federation.Federation;
import dev.gossamer.simulations.federation.VirtualFederation;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.function.LongSupplier;

/**
 * Runs cells in virtual time, with the very nodes of a deployment.
 *
 * <p>Cells share what they have in common: rows are dealt once for each seed, and the base stays
 * laid out from one cell of an arm to the next.
 */
final class SimulatedCells implements CellRunner {
    private static final double NANOS = 1e9;

    private final Path folder;
    private final LongSupplier nanos;
    private final Workers workers;
    private final Map<Dealt, SortedMap<NodeId, OwnerFiles>> rows = new HashMap<>();
    private Optional<Laid> laid = Optional.empty();

    /** All that rows are dealt by. */
    private record Dealt(
            RunFile.Task task,
            DataPlan data,
            RunFile.BasisPlan basis,
            RunFile.EvaluationPlan evaluation,
            World world,
            Sizes sizes,
            long seed,
            Shards.Scored scored) {
        static Dealt of(Cell cell) {
            RunFile run = cell.run();
            return new Dealt(
                    run.task(),
                    run.data(),
                    run.basis(),
                    run.evaluation(),
                    cell.world(),
                    cell.sizes(),
                    run.seed(),
                    cell.scored());
        }
    }

    /** The models of one arm: they are told apart by less than arms differ in. */
    private record Laid(String arm, SharedModels models) {}

    /**
     * A runner that works below {@code folder}, and leaves nothing there.
     *
     * @param nanos the clock that cells are timed by
     */
    SimulatedCells(Path folder, int threads, LongSupplier nanos) {
        this.folder = folder;
        this.nanos = nanos;
        workers = new Workers(threads);
        new RunFolder(folder).discard();
    }

    @Override
    public void requireFit(Cell cell) {
        try {
            ModelWork.requireFit(
                    cell.run(), laid.map(Laid::models).orElseGet(() -> models(cell.arm())));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("arm=" + cell.arm() + ": " + e.getMessage(), e);
        }
    }

    private SharedModels models(String arm) {
        if (laid.filter(l -> l.arm().equals(arm)).isEmpty()) {
            laid = Optional.of(new Laid(arm, new SharedModels(workers)));
        }
        return laid.orElseThrow().models();
    }

    @Override
    public CellResult run(Cell cell) {
        long began = nanos.getAsLong();
        RunFile run = cell.run();
        RunFolder own = RunFolder.fresh(folder, "cell");
        Events events = new Events(cell);
        VirtualFederation.run(federation(cell, own.path(), events), cell.world());
        own.discard();
        return new CellResult(
                cell.key(),
                cell.arm(),
                cell.rate(),
                run.seed(),
                cell.scored().name().toLowerCase(Locale.ROOT),
                events.outcome,
                events.value,
                events.bytes(),
                events.aggregationError(),
                (nanos.getAsLong() - began) / NANOS);
    }

    private Federation federation(Cell cell, Path own, Events events) {
        return Federation.onOwnFiles(
                cell.run(),
                rows.computeIfAbsent(Dealt.of(cell), dealt -> deal(cell)),
                own,
                models(cell.arm()),
                WorkProgress.SILENT,
                events::on,
                (node, event) -> {});
    }

    private SortedMap<NodeId, OwnerFiles> deal(Cell cell) {
        return Shards.deal(
                        cell.run(),
                        cell.world(),
                        cell.sizes(),
                        cell.scored(),
                        ArtifactCache.ofEnvironment(),
                        DownloadProgress.SILENT)
                .write(RunFolder.fresh(folder, "rows").path());
    }

    /** What a result needs of a run's events. */
    private static final class Events {
        private final Measure measure;
        private final boolean exact;
        private final List<String> failures = new ArrayList<>();
        private String outcome = "";
        private OptionalDouble value = OptionalDouble.empty();
        private long basisBytes;
        private long basisCarried;
        private Optional<RoundSummary> last = Optional.empty();
        private boolean measured;
        private double error;
        private double ideal;

        Events(Cell cell) {
            measure = Measure.of(cell.run());
            exact = cell.method().exact();
        }

        void on(RunEvent event) {
            if (event instanceof RunEvent.BasisMade made) {
                basisBytes = made.bytes();
            } else if (event instanceof RunEvent.RoundFinished round) {
                last = Optional.of(round.summary());
                round.summary().aggregationError().ifPresent(this::addError);
            } else if (event instanceof RunEvent.Failed failed) {
                failures.add(failed.detail());
            } else if (event instanceof RunEvent.Ended ended) {
                ended(ended);
            }
        }

        /** Rounds are pooled as if they were one matrix. */
        private void addError(AggregationError.OfTarget round) {
            measured = true;
            error = Math.hypot(error, round.absolute());
            ideal = Math.hypot(ideal, round.ideal());
        }

        private void ended(RunEvent.Ended ended) {
            outcome = ended.outcome();
            basisCarried = ended.basisBytes();
            if (ended.adapter().isPresent()) {
                double reached = measure.of(last.orElseThrow().publicTest().orElseThrow());
                value = Double.isFinite(reached) ? OptionalDouble.of(reached) : value;
            } else if (!failures.isEmpty()) {
                outcome += ", cause=" + failures.getFirst();
            }
        }

        /** What is exact by its algebra has no error where none is measured. */
        OptionalDouble aggregationError() {
            if (measured) {
                return OptionalDouble.of(ideal == 0 ? 0 : error / ideal);
            }
            return exact ? OptionalDouble.of(0) : OptionalDouble.empty();
        }

        CellResult.Bytes bytes() {
            return new CellResult.Bytes(
                    last.map(RoundSummary::bytesUp).orElse(0L),
                    last.map(RoundSummary::bytesDown).orElse(0L),
                    basisBytes,
                    basisCarried - basisBytes);
        }
    }

    @Override
    public void close() {
        workers.close();
        new RunFolder(folder).discard();
    }
}
