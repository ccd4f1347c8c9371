package dev.gossamer.client.node;

import dev.gossamer.client.adapter.GradientBasis;
import dev.gossamer.client.data.DataException;
import dev.gossamer.client.data.Dataset;
import dev.gossamer.client.data.Example;
import dev.gossamer.client.data.JsonlRows;
import dev.gossamer.client.data.TextRow;
import dev.gossamer.client.model.EncoderShape;
import dev.gossamer.client.model.LinearRole;
import dev.gossamer.client.train.Evaluation;
import dev.gossamer.client.train.LocalTrainer;
import dev.gossamer.client.train.SequenceClassifier;
import dev.gossamer.client.train.TrainPlan;
import dev.gossamer.client.weights.BaseModel;
import dev.gossamer.protocols.adapter.AdapterState;
import dev.gossamer.protocols.adapter.Basis;
import dev.gossamer.protocols.adapter.Digest;
import dev.gossamer.protocols.node.NodeId;
import dev.gossamer.protocols.run.RunFile;
import dev.gossamer.protocols.wire.Message.Score;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Sequence classification on the owner's own files: real rows, the real base. */
public final class ClassificationWork implements LocalWork {
    private final RunFile run;
    private final NodeId node;
    private final SharedModels models;
    private final WorkProgress progress;
    private final BaseModel base;
    private final Dataset.Split rows;
    private final Optional<Dataset> sample;
    private final Optional<Dataset> publicTest;

    /** Reads and tokenises what {@code run} asks for, telling nobody of progress. */
    public ClassificationWork(RunFile run, NodeId node, OwnerFiles files, SharedModels models) {
        this(run, node, files, models, WorkProgress.SILENT);
    }

    /**
     * Reads and tokenises what {@code run} asks for.
     *
     * @throws DataException if a file is missing, malformed or has no rows
     * @throws IllegalArgumentException if the owner maps no file to the run's set
     */
    public ClassificationWork(
            RunFile run,
            NodeId node,
            OwnerFiles files,
            SharedModels models,
            WorkProgress progress) {
        this.run = run;
        this.node = node;
        this.models = models;
        this.progress = progress;
        base = models.base(run.model().base());
        requireFit(run, base.weights().shape());
        Dataset own = read(files.require(run.data().set()));
        rows = own.split(run.data().heldOut(), run.seed());
        sample = files.find(run.basis().sample()).map(this::read);
        publicTest = run.evaluation().publicTest().flatMap(files::find).map(this::read);
    }

    /**
     * Holds what {@code run} adapts to a base of {@code shape}.
     *
     * @throws IllegalArgumentException if the rank is larger than a side of a matrix
     */
    public static void requireFit(RunFile run, EncoderShape shape) {
        int side = Math.min(shape.hidden(), shape.intermediate());
        if (run.adapter().rank() > side) {
            throw new IllegalArgumentException(
                    "rank is larger than a side of the matrix: key=adapter.rank, value="
                            + run.adapter().rank()
                            + ", bound="
                            + side);
        }
    }

    private Dataset read(Path file) {
        List<String> classes = run.data().classes();
        JsonlRows format = new JsonlRows(run.data().text(), run.data().label());
        List<TextRow> read = format.readLabelled(file, classes);
        if (read.isEmpty()) {
            throw DataException.ofFile(
                    file, "no rows: a node needs at least one labelled row", null);
        }
        return Dataset.tokenised(read, classes, base.tokenizer(), run.data().maxTokens());
    }

    /** The node's own rows. */
    public Dataset.Split rows() {
        return rows;
    }

    /** The public test, where this node holds it. */
    public Optional<Dataset> publicTest() {
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
    public boolean designated() {
        return sample.isPresent()
                && (run.evaluation().publicTest().isEmpty() || publicTest.isPresent());
    }

    @Override
    public long trainTokens() {
        long steps = (long) run.train().localSteps() * run.train().batchSize();
        return steps * tokens(rows.train()) / rows.train().size();
    }

    @Override
    public long evaluateTokens() {
        return tokens(rows.heldOut()) + publicTest.map(ClassificationWork::tokens).orElse(0L);
    }

    @Override
    public long basisTokens() {
        return sample.map(ClassificationWork::tokens).orElse(0L);
    }

    private static long tokens(Dataset dataset) {
        return dataset.rows().stream().mapToLong(Example::tokens).sum();
    }

    @Override
    public GradientBasis.Start makeBasis(long seed) {
        List<Example> all = sample.orElseThrow().rows();
        List<Example> used = all.subList(0, Math.min(all.size(), run.basis().rows()));
        return GradientBasis.make(
                base.weights(),
                used,
                run.data().classes().size(),
                new GradientBasis.Plan(
                        roles(run.adapter().targets()),
                        run.adapter().rank(),
                        run.basis().learningRate(),
                        run.train().batchSize()),
                models.workers(),
                (done, total) -> progress.at(node, WorkProgress.Stage.BASIS, done, total));
    }

    private static List<LinearRole> roles(List<String> targets) {
        return Arrays.stream(LinearRole.values())
                .filter(role -> targets.contains(role.key()))
                .toList();
    }

    @Override
    public LocalTrainer.Trained train(
            Digest basisName, Basis basis, AdapterState start, long seed, int round) {
        TrainPlan plan =
                new TrainPlan(
                        run.train().localSteps(),
                        run.train().batchSize(),
                        run.train().learningRate()
                                * run.train().schedule().factor(round, run.rounds().count()),
                        run.train().weightDecay());
        return LocalTrainer.train(
                classifier(basisName, basis),
                start,
                rows.train().rows(),
                plan,
                seed,
                round,
                node.value(),
                (done, total) -> progress.at(node, WorkProgress.Stage.TRAINING, done, total));
    }

    private SequenceClassifier classifier(Digest basisName, Basis basis) {
        return models.classifier(base, basisName, basis, run.data().classes().size());
    }

    @Override
    public Scores evaluate(Digest basisName, Basis basis, AdapterState adapter) {
        SequenceClassifier classifier = classifier(basisName, basis);
        Score own = Evaluation.score(classifier, adapter, rows.heldOut().rows());
        return new Scores(
                own, publicTest.map(test -> Evaluation.score(classifier, adapter, test.rows())));
    }
}
