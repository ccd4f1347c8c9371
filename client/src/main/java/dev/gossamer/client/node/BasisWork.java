package dev.gossamer.client.node;

import dev.gossamer.client.adapter.DataFreeBasis;
import dev.gossamer.client.adapter.GradientBasis;
import dev.gossamer.client.adapter.Heads;
import dev.gossamer.client.adapter.LossGradients;
import dev.gossamer.client.adapter.NewHead;
import dev.gossamer.client.adapter.TargetSelector.Choice;
import dev.gossamer.client.data.Example;
import dev.gossamer.client.model.Head;
import dev.gossamer.client.model.Transformer;
import dev.gossamer.client.train.Engine.LoadedBase;
import dev.gossamer.client.train.Progress;
import dev.gossamer.client.weights.PretrainedModel;
import dev.gossamer.protocols.adapter.AdapterLayout;
import dev.gossamer.protocols.adapter.AdapterState;
import dev.gossamer.protocols.adapter.BaseChange;
import dev.gossamer.protocols.basis.CapturedGradient;
import dev.gossamer.protocols.basis.RangeFinder;
import dev.gossamer.protocols.basis.Rebasing;
import dev.gossamer.protocols.basis.WeightGradient;
import dev.gossamer.protocols.run.RunFile;

import java.util.List;
import java.util.Optional;

/**
 * What one node does for a run's basis: makes it from the public sample, sketches the gradient of
 * its own rows for the range finder, or says how much of a gradient the basis captures.
 *
 * @param progress told of each mini-batch
 */
record BasisWork(
        RunFile run, RunModel model, PretrainedModel base, SharedModels models, Progress progress) {
    /**
     * The start of a run whose adapter is LoRA's own factors.
     *
     * @param sample the head is fitted to
     */
    GradientBasis.Start lora(AdapterLayout layout, List<Example> sample, long seed) {
        return models.withBase(
                model,
                BaseVersion.UNCHANGED,
                loaded ->
                        GradientBasis.lora(
                                layout,
                                GradientBasis.fitted(loaded, model.head(base), sample),
                                seed));
    }

    /** Basis and adapter, as {@link LocalWork#makeBasis} has them. */
    GradientBasis.Start make(List<Example> sample, long seed, Optional<Materials> from) {
        BaseVersion version = from.map(Materials::base).orElse(BaseVersion.UNCHANGED);
        GradientBasis.Start start =
                models.withBase(
                        model,
                        version,
                        (loaded, weights) -> made(loaded, weights, sample, seed, from));
        boolean whole = run.basis().from() == RunFile.BasisPlan.From.RANGE_FINDER;
        return whole || run.basis().values() == RunFile.BasisPlan.Values.FP32
                ? start
                : start.rounded();
    }

    private GradientBasis.Start made(
            LoadedBase loaded,
            Transformer weights,
            List<Example> sample,
            long seed,
            Optional<Materials> from) {
        List<Choice> targets = RunModel.targets(run, weights);
        NewHead head =
                from.map(this::head)
                        .orElseGet(() -> GradientBasis.fitted(loaded, model.head(base), sample));
        return switch (run.basis().from()) {
            case GRADIENT ->
                    GradientBasis.make(
                            loaded,
                            targets,
                            head,
                            sample,
                            new GradientBasis.Plan(
                                    run.basis().learningRate(), run.train().batchSize()),
                            models.workers(),
                            progress);
            case WEIGHTS -> DataFreeBasis.ofWeights(targets, head, seed, models.workers());
            case RANDOM -> DataFreeBasis.random(targets, head, seed, models.workers());
            case RANGE_FINDER -> GradientBasis.shapes(targets, head);
        };
    }

    /** The head that {@code trained} has. */
    private NewHead head(Materials trained) {
        NewHead head = model.head(base);
        Head values = Heads.with(head.head(), trained.adapter());
        return new NewHead(values, head.trained());
    }

    /**
     * A part of the gradient of {@code rows}, as {@link LocalWork#sketch} has it.
     *
     * <p>Nothing of the first pass is kept for the second: the gradient is a function of the rows,
     * the base and the head alone, so that a node which was started again in between goes on.
     */
    AdapterState sketch(List<Example> rows, Materials at, Optional<AdapterState> range, long seed) {
        List<Choice> targets = RunModel.targets(run, base);
        RangeFinder finder =
                new RangeFinder(
                        targets.stream().map(Choice::shape).toList(),
                        run.adapter().rank(),
                        seed,
                        RangeFinder.EXPONENT);
        List<WeightGradient> gradients = gradients(targets, rows, at.base(), at);
        return range.isPresent()
                ? finder.projection(range.get(), gradients)
                : finder.sketch(gradients);
    }

    /** The share of the gradient of {@code rows}, at what was learnt, that the basis captures. */
    double captured(List<Example> rows, Materials learnt) {
        BaseChange change =
                new BaseChange(
                        learnt.base().name(), Rebasing.merged(learnt.basis(), learnt.adapter()));
        List<WeightGradient> gradients =
                gradients(RunModel.targets(run, base), rows, learnt.base().with(change), learnt);
        double share = CapturedGradient.of(learnt.basis(), gradients).pooled().share();
        return Math.min(1, share);
    }

    private List<WeightGradient> gradients(
            List<Choice> targets, List<Example> rows, BaseVersion version, Materials at) {
        return models.withBase(
                model,
                version,
                loaded ->
                        LossGradients.of(
                                loaded,
                                targets,
                                head(at).head(),
                                rows,
                                run.train().batchSize(),
                                progress));
    }
}
