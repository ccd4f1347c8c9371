package dev.gossamer.client.node;

import dev.gossamer.client.adapter.GradientBasis;
import dev.gossamer.client.adapter.Heads;
import dev.gossamer.client.adapter.NewHead;
import dev.gossamer.client.data.DataSource;
import dev.gossamer.client.data.EncodedRows;
import dev.gossamer.client.data.Example;
import dev.gossamer.client.data.Rows;
import dev.gossamer.client.data.TaskData;
import dev.gossamer.client.train.Evaluation;
import dev.gossamer.client.train.LocalTrainer;
import dev.gossamer.client.train.Progress;
import dev.gossamer.client.train.Trainer;
import dev.gossamer.client.weights.PretrainedModel;
import dev.gossamer.protocols.adapter.AdapterLayout;
import dev.gossamer.protocols.adapter.AdapterState;
import dev.gossamer.protocols.method.ExchangeMethod;
import dev.gossamer.protocols.node.NodeId;
import dev.gossamer.protocols.run.RunFile;
import dev.gossamer.protocols.wire.Message.Score;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** The work of any task on the owner's own files: real rows, a real base. */
public final class ModelWork implements LocalWork {
    private final RunFile run;
    private final RunModel model;
    private final NodeId node;
    private final OwnerFiles files;
    private final SharedModels models;
    private final WorkProgress progress;
    private final PretrainedModel base;
    private final ExchangeMethod method;
    private final BasisWork basis;
    private final TaskData data;
    private final Rows.Split rows;
    private final List<Example> heldOut;
    private final Optional<ExamplePrivacy> examples;
    private final Optional<List<Example>> sample;
    private final Optional<List<Example>> publicTest;
    private int truncated;

    /** Reads and tokenises what {@code run} asks for, telling nobody of progress. */
    public ModelWork(RunFile run, NodeId node, OwnerFiles files, SharedModels models) {
        this(run, node, files, models, WorkProgress.SILENT);
    }

    /**
     * Reads and tokenises what {@code run} asks for.
     *
     * @throws dev.gossamer.client.data.DataException if a file is missing, malformed or has no rows
     * @throws IllegalArgumentException if the owner maps no file to the run's set, or the base does
     *     not fit the run
     */
    public ModelWork(
            RunFile run,
            NodeId node,
            OwnerFiles files,
            SharedModels models,
            WorkProgress progress) {
        this.run = run;
        this.node = node;
        this.files = files;
        this.models = models;
        this.progress = progress;
        model = RunModel.of(run);
        method = ExchangeMethod.of(run);
        base = models.open(run.model().base());
        basis =
                new BasisWork(
                        run,
                        model,
                        base,
                        models,
                        (done, total) -> progress.at(node, WorkProgress.Stage.BASIS, done, total));
        requireFit(run, models);
        data = RunModel.data(run, base);
        rows = Rows.split(read(files.require(run.data().set())), run.data().heldOut(), run.seed());
        heldOut = scored(rows.heldOut());
        examples = ExamplePrivacy.of(run, rows.train().size());
        sample = files.find(run.basis().sample()).map(this::read).map(this::scored);
        publicTest =
                run.evaluation()
                        .publicTest()
                        .flatMap(files::find)
                        .map(this::read)
                        .map(this::scored);
    }

    /**
     * Holds what {@code run} asks for to its base and to the engine, before anything runs.
     *
     * @throws IllegalArgumentException naming what does not fit, and the bound
     */
    public static void requireFit(RunFile run, SharedModels models) {
        PretrainedModel base = models.open(run.model().base());
        TaskData.tokenizer(base);
        int positions = base.base().architecture().positions();
        if (run.data().maxTokens() > positions) {
            throw new IllegalArgumentException(
                    "rows are longer than the base can read: key=data.max-tokens, value="
                            + run.data().maxTokens()
                            + ", bound="
                            + positions);
        }
        RunModel model = RunModel.of(run);
        RunModel.targets(run, base);
        requireAlphaFits(run);
        model.head(base);
        requireBaseCanChange(run);
        models.withBase(model, BaseVersion.UNCHANGED, loaded -> loaded);
    }

    /** What is added to weights that are rounded again each time would be lost in the rounding. */
    private static void requireBaseCanChange(RunFile run) {
        boolean fp32 = run.model().weights() == RunFile.Model.Storage.FP32;
        if (run.basis().rebases() && !fp32) {
            throw new IllegalArgumentException(
                    "re-basing changes the base's weights: key=model.weights, value="
                            + run.model().weights().key()
                            + ", basis.rebase-every="
                            + run.basis().rebaseEvery()
                            + ", basis.rebase-below="
                            + run.basis().rebaseBelow()
                            + ", available=[fp32]");
        }
        if (ExchangeMethod.of(run).changesBase() && !fp32) {
            throw new IllegalArgumentException(
                    "method changes the base's weights: key=model.weights, value="
                            + run.model().weights().key()
                            + ", adapter.method="
                            + run.adapter().method()
                            + ", available=[fp32]");
        }
    }

    private static void requireAlphaFits(RunFile run) {
        if (run.adapter().alpha().isPresent() && ExchangeMethod.of(run).hasBasis()) {
            throw new IllegalArgumentException(
                    "alpha scales nothing where R is trained: key=adapter.alpha, value="
                            + run.adapter().alpha().getAsDouble()
                            + ", adapter.method="
                            + run.adapter().method());
        }
    }

    private List<Example> read(Path file) {
        EncodedRows read = data.read(DataSource.of(file));
        truncated += read.truncated();
        return read.rows();
    }

    private List<Example> scored(List<Example> plain) {
        return data.scored(plain, run.seed());
    }

    /** The node's own rows, as they are before any mask. */
    public Rows.Split rows() {
        return rows;
    }

    /** The public test, where this node holds it. */
    public Optional<List<Example>> publicTest() {
        return publicTest;
    }

    @Override
    public int trainingRows() {
        return rows.train().size();
    }

    @Override
    public int heldOutRows() {
        return rows.heldOut().size();
    }

    @Override
    public int truncatedRows() {
        return truncated;
    }

    @Override
    public boolean designated() {
        return sample.isPresent()
                && (run.evaluation().publicTest().isEmpty() || publicTest.isPresent());
    }

    @Override
    public int rank() {
        return files.rank();
    }

    @Override
    public AdapterLayout layout() {
        NewHead head = model.head(base);
        return RoundAdapter.layout(
                run, base, method.hasBasis(), Heads.slices(head.head(), head.trained()));
    }

    @Override
    public long trainTokens() {
        long steps = (long) run.train().localSteps() * run.train().batchSize();
        return steps * tokens(rows.train()) / rows.train().size();
    }

    @Override
    public long evaluateTokens() {
        return (run.privacy().isPrivate() ? 0 : tokens(heldOut))
                + publicTest.map(ModelWork::tokens).orElse(0L)
                + (measures() ? basisTokens() : 0);
    }

    @Override
    public long basisTokens() {
        return sample.map(ModelWork::tokens).orElse(0L);
    }

    /** Whether this node says when the basis captures too little. */
    private boolean measures() {
        return designated() && run.basis().rebaseBelow() > 0;
    }

    private static long tokens(List<Example> rows) {
        return rows.stream().mapToLong(Example::tokens).sum();
    }

    @Override
    public GradientBasis.Start makeBasis(long seed, Optional<Materials> from) {
        List<Example> used = first(sample.orElseThrow());
        return method.hasBasis() ? basis.make(used, seed, from) : basis.lora(layout(), used, seed);
    }

    private List<Example> first(List<Example> all) {
        return all.subList(0, Math.min(all.size(), run.basis().rows()));
    }

    @Override
    public long sketchTokens() {
        return tokens(first(rows.train()));
    }

    @Override
    public AdapterState sketch(Materials at, Optional<AdapterState> range, long seed) {
        return basis.sketch(scored(first(rows.train())), at, range, seed);
    }

    @Override
    public LocalTrainer.Trained train(Materials start, long seed, int round, SecureRandom secrets) {
        double rate = run.train().learningRate(round, run.rounds().count());
        Rows trained = data.trained(rows.train(), seed + round, node.value());
        RoundAdapter adapter = RoundAdapter.of(run, base, start, method.trained(round - 1));
        return models.withModel(
                model,
                start.base(),
                adapter,
                adapted -> {
                    AdapterState part = start.adapter().only(adapted.layout());
                    Trainer.Plan plan = LocalTrainer.steps(run.train(), rate);
                    LocalTrainer.Trained made =
                            examples.isPresent()
                                    ? examples.get()
                                            .train(adapted, part, trained, plan, secrets, told())
                                    : LocalTrainer.train(
                                            adapted,
                                            part,
                                            trained,
                                            plan,
                                            run.train().localSteps(),
                                            new Trainer.Coins(seed, round, node.value()),
                                            told());
                    // Only a part may be trained; the rest stays.
                    return new LocalTrainer.Trained(
                            start.adapter().with(made.state()), made.meanLoss(), made.tokens());
                });
    }

    private Progress told() {
        return (done, total) -> progress.at(node, WorkProgress.Stage.TRAINING, done, total);
    }

    @Override
    public Scores evaluate(Materials scored) {
        Scores scores =
                models.withModel(
                        model,
                        scored.base(),
                        RoundAdapter.whole(run, base, scored),
                        adapted -> {
                            float[] values = scored.adapter().values();
                            // Of a run that makes a promise nobody is told what this would be.
                            Score own =
                                    run.privacy().isPrivate()
                                            ? new Score(0, 0, 0)
                                            : Evaluation.score(adapted, values, heldOut);
                            return new Scores(
                                    own,
                                    publicTest.map(test -> Evaluation.score(adapted, values, test)),
                                    OptionalDouble.empty());
                        });
        return measures()
                ? new Scores(
                        scores.heldOut(),
                        scores.publicTest(),
                        OptionalDouble.of(basis.captured(first(sample.orElseThrow()), scored)))
                : scores;
    }
}
