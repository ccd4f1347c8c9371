package dev.gossamer.client.export;

import dev.gossamer.client.adapter.Adapter;
import dev.gossamer.client.adapter.AdapterStart;
import dev.gossamer.client.adapter.BaseFingerprint;
import dev.gossamer.client.adapter.Heads;
import dev.gossamer.client.adapter.Initialisation;
import dev.gossamer.client.adapter.NewHead;
import dev.gossamer.client.adapter.PoolingChoice;
import dev.gossamer.client.adapter.TargetSelector;
import dev.gossamer.client.adapter.TrainedAdapter;
import dev.gossamer.client.tensor.Workers;
import dev.gossamer.client.train.Task;
import dev.gossamer.client.weights.PretrainedModel;
import dev.gossamer.protocols.adapter.AdapterLayout.Slice;
import dev.gossamer.protocols.adapter.AdapterState;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Adapters that nobody trained, whose values compute something all the same. */
final class RandomAdapters {
    private RandomAdapters() {}

    /** An adapter with values that compute something. */
    static TrainedAdapter trained(
            PretrainedModel base,
            Adapter.Kind kind,
            Task task,
            Optional<PoolingChoice> pooling,
            int classes) {
        List<TargetSelector.Choice> choices =
                new TargetSelector(List.of("all-linear"), 3).select(base.base());
        AdapterStart start;
        try (Workers workers = new Workers(1)) {
            start =
                    kind == Adapter.Kind.R_ONLY
                            ? Initialisation.loraXs(choices, 1, workers)
                            : Initialisation.kaiming(choices, kind, 6, 1);
        }
        List<String> names = IntStream.range(0, classes).mapToObj(i -> "LABEL_" + i).toList();
        return adapter(base, start, task, pooling, names);
    }

    static TrainedAdapter adapter(
            PretrainedModel base,
            AdapterStart start,
            Task task,
            Optional<PoolingChoice> pooling,
            List<String> classes) {
        TrainedAdapter.Use use =
                new TrainedAdapter.Use(
                        task, pooling, classes, base.base().architecture().positions());
        NewHead head = NewHead.of(base, use, 1);
        List<Slice> slices = Heads.slices(head.head(), head.trained());
        AdapterState state = start.state(slices, Heads.values(head.head(), slices));
        float[] values = state.values().clone();
        for (int i = 0; i < values.length; i++) {
            values[i] += (float) (0.2 * Math.sin(i));
        }
        return new TrainedAdapter(
                new TrainedAdapter.Base("tiny", BaseFingerprint.of(base.base())),
                use,
                start.adapter(),
                head.trained(),
                new AdapterState(state.layout(), values));
    }
}
