package dev.gossamer.client.node;

import dev.gossamer.client.adapter.Adapter;
import dev.gossamer.client.adapter.NewHead;
import dev.gossamer.client.model.Transformer;
import dev.gossamer.client.tensor.CpuEngine;
import dev.gossamer.client.tensor.Workers;
import dev.gossamer.client.train.AdaptedModel;
import dev.gossamer.client.train.Engine;
import dev.gossamer.client.train.Engine.LoadedBase;
import dev.gossamer.client.weights.DownloadProgress;
import dev.gossamer.client.weights.Models;
import dev.gossamer.client.weights.PretrainedModel;
import dev.gossamer.protocols.adapter.Digest;
import dev.gossamer.protocols.run.RunFile;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * What the nodes of one process share: workers, bases, and the model that a run trains.
 *
 * <p>Safe for any thread: nodes take turns at the engine, first come, first served. One base and
 * one model are kept laid out, those of the last turn.
 */
public final class SharedModels {
    private final Engine engine;
    private final Workers workers;
    private final Map<String, PretrainedModel> opened = new HashMap<>();
    private final ReentrantLock turn = new ReentrantLock(true);
    private Optional<Laid> laid = Optional.empty();
    private Optional<Attached> attached = Optional.empty();

    /** Bases on the CPU, computing on {@code workers}. */
    public SharedModels(Workers workers) {
        this(new CpuEngine(workers), workers);
    }

    /**
     * Bases of {@code engine}.
     *
     * @param workers decompose matrices, whatever the engine computes on
     */
    public SharedModels(Engine engine, Workers workers) {
        this.engine = engine;
        this.workers = workers;
    }

    /** A base in the engine's layout; guarded by the turn. */
    private record Laid(RunFile.Model model, ChangedBase changed, LoadedBase base) {
        boolean is(RunFile.Model wanted, BaseVersion version) {
            return model.equals(wanted) && changed.changes().equals(version.changes());
        }
    }

    /** What hangs on it, an adapter and a head; guarded by the turn. */
    private record Attached(
            RunModel model,
            Digest frozen,
            Adapter.Kind kind,
            List<String> shape,
            AdaptedModel adapted) {
        boolean is(RunModel wanted, RoundAdapter round) {
            return model.equals(wanted)
                    && frozen.equals(round.frozen())
                    && kind == round.adapter().kind()
                    && shape.equals(round.shape());
        }
    }

    /** The threads that compute. */
    public Workers workers() {
        return workers;
    }

    /** The base called {@code name}; opened once. */
    public PretrainedModel open(String name) {
        return open(name, DownloadProgress.SILENT);
    }

    /** The same, telling of a download. */
    public PretrainedModel open(String name, DownloadProgress progress) {
        synchronized (opened) {
            PretrainedModel model = opened.get(name);
            if (model == null) {
                model = Models.open(name, progress);
                opened.put(name, model);
            }
            return model;
        }
    }

    /**
     * Does {@code work} on a version of the bare base of {@code model}, alone.
     *
     * @throws IllegalArgumentException if the engine cannot keep or compute it so
     */
    public <T> T withBase(RunModel model, BaseVersion version, Function<LoadedBase, T> work) {
        return withBase(model, version, (base, weights) -> work.apply(base));
    }

    /** The same for work that reads the version's own weights too. */
    <T> T withBase(
            RunModel model, BaseVersion version, BiFunction<LoadedBase, Transformer, T> work) {
        turn.lock();
        try {
            LoadedBase base = base(model.model(), version);
            return work.apply(base, laid.orElseThrow().changed().transformer());
        } finally {
            turn.unlock();
        }
    }

    /** Does {@code work} on {@code model} with {@code round}'s adapter attached, alone. */
    public <T> T withModel(
            RunModel model,
            BaseVersion version,
            RoundAdapter round,
            Function<AdaptedModel, T> work) {
        turn.lock();
        try {
            LoadedBase base = base(model.model(), version);
            if (attached.filter(a -> a.is(model, round)).isEmpty()) {
                attached = Optional.empty();
                NewHead head = model.head(open(model.model().base()));
                AdaptedModel adapted =
                        base.attach(round.adapter(), head.head(), Set.copyOf(head.trained()));
                attached =
                        Optional.of(
                                new Attached(
                                        model,
                                        round.frozen(),
                                        round.adapter().kind(),
                                        round.shape(),
                                        adapted));
            }
            return work.apply(attached.orElseThrow().adapted());
        } finally {
            turn.unlock();
        }
    }

    private LoadedBase base(RunFile.Model model, BaseVersion version) {
        if (laid.filter(l -> l.is(model, version)).isEmpty()) {
            ChangedBase before =
                    laid.filter(l -> l.model().equals(model))
                            .map(Laid::changed)
                            .filter(changed -> changed.leadsTo(version))
                            .orElseGet(() -> ChangedBase.unchanged(open(model.base()).base()));
            attached = Optional.empty();
            laid = Optional.empty();
            ChangedBase changed = before.advanced(version);
            LoadedBase base =
                    engine.load(
                            changed.transformer(),
                            storage(model.weights()),
                            precision(model.precision()));
            laid = Optional.of(new Laid(model, changed, base));
        }
        return laid.orElseThrow().base();
    }

    private static Engine.Storage storage(RunFile.Model.Storage weights) {
        return switch (weights) {
            case FP32 -> Engine.Storage.FP32;
            case BF16 -> Engine.Storage.BF16;
            case INT8 -> Engine.Storage.INT8;
            case BLOCKS -> Engine.Storage.BLOCKS;
        };
    }

    /** The engine's word for what products are computed in. */
    public static Engine.Precision precision(RunFile.Model.Precision precision) {
        return switch (precision) {
            case FP32 -> Engine.Precision.FP32;
            case BF16 -> Engine.Precision.BF16;
        };
    }
}
