package dev.gossamer.client.weights;

import dev.gossamer.client.adapter.Adapter;
import dev.gossamer.client.data.Example;
import dev.gossamer.client.model.Linear;
import dev.gossamer.client.reference.ReferenceEngine;
import dev.gossamer.client.train.AdaptedModel;
import dev.gossamer.client.train.Engine.LoadedBase;
import dev.gossamer.client.train.Engine.Precision;
import dev.gossamer.client.train.Engine.Storage;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A pretrained model as the reference computes it, without an adapter that does anything. */
final class BareModel {
    private final PretrainedModel model;
    private final LoadedBase base;

    BareModel(PretrainedModel model) {
        this.model = model;
        base = new ReferenceEngine().load(model.base(), Storage.FP32, Precision.FP32);
    }

    float[] features(int[] tokenIds) {
        return base.features(List.of(new Example(tokenIds, 0)));
    }

    /** The head's outputs at one token. */
    float[] logits(int[] tokenIds, int token) {
        Linear first = model.base().linears().getFirst();
        Adapter.Target nothing =
                new Adapter.Target(
                        first.name(),
                        1,
                        first.in(),
                        first.out(),
                        1,
                        Optional.empty(),
                        Optional.empty());
        AdaptedModel bare =
                base.attach(
                        new Adapter(Adapter.Kind.LORA, List.of(nothing)),
                        model.head().orElseThrow(),
                        Set.of());
        Example row = new Example(tokenIds, new int[tokenIds.length]);
        float[] all = bare.logits(new float[bare.layout().size()], List.of(row)).getFirst();
        int width = all.length / tokenIds.length;
        return Arrays.copyOfRange(all, token * width, (token + 1) * width);
    }
}
