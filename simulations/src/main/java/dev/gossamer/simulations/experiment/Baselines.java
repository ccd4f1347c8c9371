package dev.gossamer.simulations.experiment;

import dev.gossamer.client.adapter.FittedHead;
import dev.gossamer.client.adapter.NewHead;
import dev.gossamer.client.data.Example;
import dev.gossamer.client.data.TaskData;
import dev.gossamer.client.node.BaseVersion;
import dev.gossamer.client.node.Materials;
import dev.gossamer.client.node.RoundAdapter;
import dev.gossamer.client.node.RunModel;
import dev.gossamer.client.node.SharedModels;
import dev.gossamer.client.text.Tokenizer;
import dev.gossamer.client.train.AdaptedModel;
import dev.gossamer.client.train.Evaluation;
import dev.gossamer.client.train.LinearProbe;
import dev.gossamer.client.train.LocalTrainer;
import dev.gossamer.client.train.Progress;
import dev.gossamer.client.train.Trainer;
import dev.gossamer.protocols.adapter.AdapterState;
import dev.gossamer.protocols.adapter.Basis;
import dev.gossamer.protocols.adapter.Digest;
import dev.gossamer.protocols.run.RunFile;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * What federated training is compared with, on the same rows and the same public test.
 *
 * <p>Learning rates are those that a sweep on validation rows chose for each arm beforehand; see
 * {@code docs/experiments/demo-learning-rates.md}.
 *
 * @param start the adapter before the first round, from which every arm starts
 * @param test the public test, never trained on
 */
public record Baselines(
        SharedModels models,
        RunFile run,
        Digest basisName,
        Basis basis,
        AdapterState start,
        List<Example> test) {
    private static final int PROBE_STEPS = 300;
    private static final double PROBE_RIDGE = 1e-3;

    /** Copies the test. */
    public Baselines {
        test = List.copyOf(test);
    }

    /** How an arm trains: the run's schedule goes over its steps, as it does over the rounds. */
    public record Plan(int steps, double learningRate) {}

    private Measure measure() {
        return Measure.of(run);
    }

    /**
     * The frozen base: a classifier's is a linear probe trained on the pooled rows, a language
     * model is scored as it is.
     */
    public double frozen(List<Example> pooled) {
        return switch (measure()) {
            case ACCURACY -> probe(pooled);
            case PERPLEXITY -> scored(new float[start.values().length]);
        };
    }

    private double probe(List<Example> pooled) {
        RunModel model = RunModel.of(run);
        NewHead head = model.head(models.open(run.model().base()));
        return models.withBase(
                model,
                BaseVersion.UNCHANGED,
                base -> {
                    var seen = FittedHead.features(base, head.head(), pooled);
                    var scored = FittedHead.features(base, head.head(), test);
                    return LinearProbe.train(
                                    seen.values(),
                                    seen.labels(),
                                    run.data().classes().size(),
                                    PROBE_STEPS,
                                    PROBE_RIDGE)
                            .accuracy(scored.values(), scored.labels());
                });
    }

    private double scored(float[] values) {
        return withModel(model -> measure().of(Evaluation.score(model, values, test)));
    }

    /** Does {@code work} on the run's model, alone. */
    public <T> T withModel(Function<AdaptedModel, T> work) {
        return withModel(BaseVersion.UNCHANGED, work);
    }

    /** The same on a version of the base. */
    public <T> T withModel(BaseVersion version, Function<AdaptedModel, T> work) {
        Materials materials = new Materials(version, basisName, basis, start);
        RoundAdapter whole = RoundAdapter.whole(run, models.open(run.model().base()), materials);
        return models.withModel(RunModel.of(run), version, whole, work);
    }

    /** The base's tokeniser. */
    public Tokenizer tokenizer() {
        return TaskData.tokenizer(models.open(run.model().base()));
    }

    /** The most tokens that the base takes. */
    public int longest() {
        return models.open(run.model().base()).base().architecture().positions();
    }

    /** The measure of the same adapter trained on {@code rows} alone. */
    public double trained(String arm, List<Example> rows, Plan plan, Progress progress) {
        TaskData data = RunModel.data(run, models.open(run.model().base()));
        AdapterState state =
                withModel(
                        model ->
                                LocalTrainer.train(
                                                model,
                                                start,
                                                data.trained(rows, run.seed(), arm),
                                                LocalTrainer.wholeRun(
                                                        run.train(),
                                                        plan.learningRate(),
                                                        plan.steps()),
                                                plan.steps(),
                                                new Trainer.Coins(run.seed(), 1, arm),
                                                progress)
                                        .state());
        return scored(state.values());
    }

    /**
     * The best that one client reaches alone.
     *
     * @param progress told of each step of all clients
     * @param result told each client's index and its measure
     */
    public double bestClient(
            List<List<Example>> shards,
            Plan plan,
            Progress progress,
            BiConsumer<Integer, Double> result) {
        double best = Double.NaN;
        int all = plan.steps() * shards.size();
        for (int client = 0; client < shards.size(); client++) {
            int before = plan.steps() * client;
            double reached =
                    trained(
                            "alone-" + client,
                            shards.get(client),
                            plan,
                            (done, total) -> progress.at(before + done, all));
            result.accept(client, reached);
            best = client == 0 || measure().better(reached, best) ? reached : best;
        }
        return best;
    }

    /** The measure of the same adapter trained on all rows in one place. */
    public double centralised(List<List<Example>> shards, Plan plan, Progress progress) {
        List<Example> pooled = new ArrayList<>();
        shards.forEach(pooled::addAll);
        return trained("centralised", pooled, plan, progress);
    }
}
