package dev.gossamer.client.bench;

import dev.gossamer.client.adapter.Adapter;
import dev.gossamer.client.adapter.Adapter.Kind;
import dev.gossamer.client.adapter.Adapter.Target;
import dev.gossamer.client.adapter.AdapterStart;
import dev.gossamer.client.adapter.Heads;
import dev.gossamer.client.adapter.Initialisation;
import dev.gossamer.client.adapter.NewHead;
import dev.gossamer.client.adapter.TargetSelector;
import dev.gossamer.client.adapter.TargetSelector.Choice;
import dev.gossamer.client.bench.BenchCase.AdapterKind;
import dev.gossamer.client.model.Transformer;
import dev.gossamer.client.tensor.CpuEngine;
import dev.gossamer.client.tensor.Workers;
import dev.gossamer.client.train.AdaptedModel;
import dev.gossamer.client.train.Engine.LoadedBase;
import dev.gossamer.client.train.Task;
import dev.gossamer.client.weights.DownloadProgress;
import dev.gossamer.client.weights.Models;
import dev.gossamer.client.weights.PretrainedModel;
import dev.gossamer.protocols.adapter.AdapterLayout.Slice;
import dev.gossamer.protocols.random.CounterRandom;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A case's base in the engine, with an adapter on every linear map.
 *
 * <p>Frozen factors are random: what they hold makes a step neither faster nor slower.
 *
 * @param values that training starts from
 * @param baseBytes of the base in the engine, embeddings included
 */
@SuppressWarnings("ArrayRecordComponent") // made once, read by one measurement
record OpenedCase(PretrainedModel pretrained, AdaptedModel model, float[] values, long baseBytes) {
    /** Classes of the classifier: as many as WordNet's glosses have. */
    static final int CLASSES = 12;

    private static final long SEED = 7;

    /** The engine keeps no base in this storage, or computes not in this precision. */
    static final class RefusedException extends RuntimeException {
        private static final long serialVersionUID = 1;

        RefusedException(RuntimeException cause) {
            super(cause.getMessage(), cause);
        }
    }

    /**
     * Opens {@code each} on {@code workers}.
     *
     * @throws RefusedException if the engine has no such storage or precision
     */
    static OpenedCase open(BenchCase each, Workers workers) {
        PretrainedModel pretrained = Models.open(each.base(), DownloadProgress.SILENT);
        Transformer base = pretrained.base();
        LoadedBase loaded;
        try {
            loaded = new CpuEngine(workers).load(base, each.storage(), each.precision());
        } catch (IllegalArgumentException | UnsupportedOperationException e) {
            throw new RefusedException(e);
        }
        Task task = base.architecture().causal() ? Task.CAUSAL_LM : Task.SEQUENCE_CLASSIFICATION;
        NewHead head = NewHead.of(pretrained, task, Optional.empty(), CLASSES, SEED);
        AdapterStart start = start(each, base);
        AdaptedModel model =
                loaded.attach(start.adapter(), head.head(), Set.copyOf(head.trained()));
        List<Slice> slices = Heads.slices(head.head(), head.trained());
        float[] values = start.state(slices, Heads.values(head.head(), slices)).values();
        return new OpenedCase(pretrained, model, values, loaded.bytes());
    }

    private static AdapterStart start(BenchCase each, Transformer base) {
        List<Choice> choices =
                new TargetSelector(List.of(TargetSelector.ALL), each.rank()).select(base);
        if (each.adapter() == AdapterKind.LORA) {
            return Initialisation.kaiming(choices, Kind.LORA, each.rank(), SEED);
        }
        Adapter adapter =
                new Adapter(Kind.R_ONLY, choices.stream().map(OpenedCase::frozen).toList());
        float[] values = new float[adapter.layout(List.of()).size()];
        return new AdapterStart(adapter, uniform(values, "R", 1e-3), false);
    }

    private static Target frozen(Choice choice) {
        int in = choice.linear().in();
        int out = choice.linear().out();
        String name = choice.linear().name();
        return new Target(
                name,
                choice.rank(),
                in,
                out,
                1,
                Optional.of(uniform(new float[choice.rank() * in], name, 1 / Math.sqrt(in))),
                Optional.of(uniform(new float[out * choice.rank()], name, 1 / Math.sqrt(out))));
    }

    private static float[] uniform(float[] values, String concern, double bound) {
        CounterRandom random = CounterRandom.of(SEED, "bench", values.length, concern);
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (bound * (2 * random.nextDouble() - 1));
        }
        return values;
    }
}
