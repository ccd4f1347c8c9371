package dev.gossamer.client.adapter;

import dev.gossamer.client.model.Head;
import dev.gossamer.client.model.Linear;
import dev.gossamer.client.train.Task;
import dev.gossamer.client.weights.FloatMatrix;
import dev.gossamer.protocols.adapter.AdapterLayout;
import dev.gossamer.protocols.adapter.AdapterLayout.Slice;
import dev.gossamer.protocols.adapter.AdapterState;
import dev.gossamer.protocols.adapter.Digest;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * An adapter with all that is needed to use it on its base.
 *
 * @param trainedHead the head's trained linear maps, by name, in layout order
 * @param state the adapter's trained values, then the head's
 * @param replaced what was taken from the base's weights before training, where training started
 *     with {@link AdapterStart#replaces}
 */
public record TrainedAdapter(
        Base base,
        Use use,
        Adapter adapter,
        List<String> trainedHead,
        AdapterState state,
        Optional<AdapterStart> replaced) {
    /**
     * The base that it was trained on.
     *
     * @param name the built-in name, folder or file
     * @param fingerprint of its weights: {@link BaseFingerprint}
     */
    public record Base(String name, Digest fingerprint) {}

    /**
     * What it is for.
     *
     * @param pooling where a sequence is classified
     * @param classes by name, in the order of the scores; empty for language models
     * @param maxTokens longer rows are cut
     */
    public record Use(
            Task task, Optional<PoolingChoice> pooling, List<String> classes, int maxTokens) {
        /** A use that is whole. */
        public Use {
            classes = List.copyOf(classes);
            boolean sequence = task == Task.SEQUENCE_CLASSIFICATION;
            boolean classifies = sequence || task == Task.TOKEN_CLASSIFICATION;
            if (maxTokens < 1
                    || sequence != pooling.isPresent()
                    || classes.isEmpty() == classifies) {
                throw new IllegalArgumentException(
                        "bad use of an adapter: task="
                                + task.key()
                                + ", pooling="
                                + pooling.map(PoolingChoice::key).orElse("none")
                                + ", classes="
                                + classes.size()
                                + ", maxTokens="
                                + maxTokens);
            }
        }
    }

    /** An adapter whose values begin with those that it trains. */
    public TrainedAdapter {
        trainedHead = List.copyOf(trainedHead);
        List<Slice> slices = state.layout().slices();
        List<Slice> own = adapter.layout(List.of()).slices();
        if (slices.size() < own.size() || !slices.subList(0, own.size()).equals(own)) {
            throw new IllegalArgumentException(
                    "values are another adapter's: slices="
                            + slices.size()
                            + ", expected="
                            + own.size());
        }
        for (Slice slice : slices.subList(own.size(), slices.size())) {
            if (!trainedHead.contains(mapOf(slice))) {
                throw new IllegalArgumentException(
                        "slice is of no trained part of the head: slice="
                                + slice.name()
                                + ", trained="
                                + String.join(",", trainedHead));
            }
        }
    }

    /** An adapter beside the whole base. */
    public TrainedAdapter(
            Base base, Use use, Adapter adapter, List<String> trainedHead, AdapterState state) {
        this(base, use, adapter, trainedHead, state, Optional.empty());
    }

    /**
     * What the adapter adds to the base's weights, one product for each target; two, one behind the
     * other, where a part of them was replaced.
     */
    public List<LowRankUpdate> updates() {
        List<LowRankUpdate> updates = LowRankUpdate.of(adapter, state.values());
        if (replaced.isEmpty()) {
            return updates;
        }
        List<LowRankUpdate> before =
                LowRankUpdate.of(replaced.get().adapter(), replaced.get().values());
        List<LowRankUpdate> both = new ArrayList<>();
        for (int t = 0; t < updates.size(); t++) {
            both.add(updates.get(t).minus(before.get(t)));
        }
        return both;
    }

    /** {@code head} with the trained values in it. */
    public Head applyTo(Head head) {
        return Heads.with(
                head,
                map -> {
                    if (!trainedHead.contains(map.name())) {
                        return map;
                    }
                    float[] weight = slice(map.name() + ".weight");
                    return new Linear(
                            map.name(),
                            FloatMatrix.of(weight, map.out(), map.in()),
                            map.bias().map(bias -> slice(map.name() + ".bias")));
                });
    }

    /** The head's part of the layout. */
    public List<Slice> headSlices() {
        List<Slice> slices = state.layout().slices();
        return slices.subList(adapter.layout(List.of()).slices().size(), slices.size());
    }

    /** A copy of the values of the slice called {@code name}. */
    public float[] slice(String name) {
        AdapterLayout layout = state.layout();
        int offset = layout.offset(name);
        for (Slice slice : layout.slices()) {
            if (slice.name().equals(name)) {
                return Arrays.copyOfRange(state.values(), offset, offset + slice.size());
            }
        }
        throw new IllegalStateException("layout has an offset but no slice: name=" + name);
    }

    /** The same adapter with other values of the same layout. */
    public TrainedAdapter with(AdapterState other) {
        return new TrainedAdapter(base, use, adapter, trainedHead, other, replaced);
    }

    /**
     * Refuses a base that is not the one that the adapter was trained on.
     *
     * @throws IllegalArgumentException naming both
     */
    public void requireBase(String name, Digest fingerprint) {
        if (!base.fingerprint().equals(fingerprint)) {
            throw new IllegalArgumentException(
                    "adapter was trained on other weights: base="
                            + name
                            + ", fingerprint="
                            + fingerprint.brief()
                            + ", trained on="
                            + base.name()
                            + ", its fingerprint="
                            + base.fingerprint().brief());
        }
    }

    private static String mapOf(Slice slice) {
        return slice.name().substring(0, Math.max(0, slice.name().lastIndexOf('.')));
    }
}
