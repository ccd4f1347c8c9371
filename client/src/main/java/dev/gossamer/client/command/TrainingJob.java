package dev.gossamer.client.command;

import dev.gossamer.client.adapter.AdapterStart;
import dev.gossamer.client.adapter.BaseFingerprint;
import dev.gossamer.client.adapter.Heads;
import dev.gossamer.client.adapter.NewHead;
import dev.gossamer.client.adapter.PoolingChoice;
import dev.gossamer.client.adapter.TrainedAdapter;
import dev.gossamer.client.data.Classes;
import dev.gossamer.client.data.DataSource;
import dev.gossamer.client.data.Example;
import dev.gossamer.client.data.Rows;
import dev.gossamer.client.model.Transformer;
import dev.gossamer.client.tensor.Workers;
import dev.gossamer.client.train.AdaptedModel;
import dev.gossamer.client.train.Checkpoint;
import dev.gossamer.client.train.CheckpointFile;
import dev.gossamer.client.train.EarlyStop;
import dev.gossamer.client.train.Engine.LoadedBase;
import dev.gossamer.client.train.Metrics;
import dev.gossamer.client.train.Progress;
import dev.gossamer.client.train.Task;
import dev.gossamer.client.train.Trainer;
import dev.gossamer.client.train.TrainingLoop;
import dev.gossamer.client.weights.PretrainedModel;
import dev.gossamer.protocols.adapter.AdapterLayout.Slice;
import dev.gossamer.protocols.adapter.AdapterState;
import dev.gossamer.protocols.adapter.Digest;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/** One owner's training, from rows and a base to an adapter. */
final class TrainingJob {
    /** The share of the rows that is held out where nothing else is said. */
    static final double HELD_OUT = 0.1;

    /** The name that the coins of the only owner are drawn by. */
    private static final String OWNER = "owner";

    /**
     * What is wanted, beyond the options that are groups of their own.
     *
     * @param validateEvery steps; 0 is an epoch
     * @param earlyStop validations without a lower loss; 0 is never
     */
    record Choices(
            Task task,
            Optional<PoolingChoice> pooling,
            List<String> classes,
            Path data,
            Optional<Path> validation,
            double heldOut,
            long seed,
            int validateEvery,
            int earlyStop,
            int checkpointEvery,
            boolean resume) {}

    /**
     * A training that is ready to run.
     *
     * @param begun with its first values
     */
    record Prepared(
            TrainedAdapter begun,
            AdaptedModel model,
            Trainer trainer,
            int steps,
            int trainingRows,
            List<Example> scored,
            Optional<EarlyStop> earlyStop,
            Map<String, String> settings,
            int stepsOfAnEpoch) {
        int validationRows() {
            return scored.size();
        }

        /** The adapter with the values that are kept. */
        TrainedAdapter result() {
            float[] values = earlyStop.map(stop -> stop.best().values()).orElseGet(trainer::values);
            return begun.with(new AdapterState(begun.state().layout(), values));
        }
    }

    private final PretrainedModel base;
    private final Choices choices;
    private final BaseOptions baseOptions;
    private final AdapterOptions adapterOptions;
    private final StepOptions stepOptions;
    private final OutFolder out;
    private final Workers workers;
    private final Terminal terminal;

    TrainingJob(
            PretrainedModel base,
            Choices choices,
            BaseOptions baseOptions,
            AdapterOptions adapterOptions,
            StepOptions stepOptions,
            OutFolder out,
            Workers workers,
            Terminal terminal) {
        this.base = base;
        this.choices = choices;
        this.baseOptions = baseOptions;
        this.adapterOptions = adapterOptions;
        this.stepOptions = stepOptions;
        this.out = out;
        this.workers = workers;
        this.terminal = terminal;
    }

    /** Reads the rows, makes or reads what the training begins with, and lays the base out. */
    Prepared prepare(TaskRows reading) {
        requireHead();
        DataSource source = DataSource.of(choices.data());
        List<String> names = reading.classes(source, choices.classes());
        Optional<Classes> classes =
                names.isEmpty()
                        ? Optional.empty()
                        : Optional.of(
                                choices.classes().isEmpty()
                                        ? Classes.seen(names)
                                        : Classes.listed(names));
        Rows.Split split =
                Rows.split(reading.read(source, classes), choices.heldOut(), choices.seed());
        List<Example> validation =
                choices.validation()
                        .map(path -> reading.read(DataSource.of(path), classes))
                        .orElse(split.heldOut());
        requireValidation(validation);
        int steps = stepOptions.steps(split.train().size());
        TrainedAdapter.Use use =
                new TrainedAdapter.Use(
                        choices.task(), choices.pooling(), names, reading.maxTokens());
        Map<String, String> settings = settings(use, split.train(), validation, steps);
        return prepare(use, reading, split.train(), validation, steps, settings);
    }

    /** Refuses a base without the language model that a task needs, before its rows are read. */
    private void requireHead() {
        if (choices.task() == Task.MASKED_LM || choices.task() == Task.CAUSAL_LM) {
            NewHead.of(base, choices.task(), choices.pooling(), 0, choices.seed());
        }
    }

    private void requireValidation(List<Example> rows) {
        if (rows.isEmpty() && choices.earlyStop() > 0) {
            throw new IllegalArgumentException(
                    "no rows to stop early by: --early-stop="
                            + choices.earlyStop()
                            + ", validation rows=0; give --validation or --held-out");
        }
    }

    private Prepared prepare(
            TrainedAdapter.Use use,
            TaskRows reading,
            List<Example> train,
            List<Example> validation,
            int steps,
            Map<String, String> settings) {
        NewHead head = NewHead.of(base, use, choices.seed());
        Loading loading = new Loading();
        TrainedAdapter begun = choices.resume() ? resumed() : begin(use, head, train, loading);
        AdaptedModel model =
                loading.of(begun.replaced())
                        .attach(begun.adapter(), head.head(), Set.copyOf(begun.trainedHead()));
        Rows rows = reading.trained(train);
        Trainer.Plan plan = stepOptions.plan(steps, adapterOptions.usualLearningRate());
        Trainer.Coins coins = new Trainer.Coins(choices.seed(), 0, OWNER);
        float[] start = begun.state().values();
        EarlyStop.Best best = EarlyStop.none(start);
        Trainer trainer;
        if (choices.resume()) {
            Checkpoint checkpoint = CheckpointFile.read(out.checkpoint());
            checkpoint.requireFit(out.checkpoint(), settings, model.layout().fingerprint());
            best = checkpoint.best().orElse(best);
            trainer = Trainer.resumed(model, rows, plan, coins, start, checkpoint.state());
        } else {
            trainer = new Trainer(model, rows, plan, coins, start, 0);
            out.writeStart(begun);
        }
        return new Prepared(
                begun,
                model,
                trainer,
                steps,
                train.size(),
                reading.scored(validation),
                earlyStop(best),
                settings,
                stepOptions.stepsOfAnEpoch(train.size()));
    }

    private Optional<EarlyStop> earlyStop(EarlyStop.Best best) {
        return choices.earlyStop() == 0
                ? Optional.empty()
                : Optional.of(new EarlyStop(choices.earlyStop(), best));
    }

    /** The base in the engine's layout, made once. */
    private final class Loading {
        private Optional<LoadedBase> whole = Optional.empty();

        LoadedBase whole() {
            if (whole.isEmpty()) {
                whole = Optional.of(load(base.base()));
            }
            return whole.get();
        }

        LoadedBase of(Optional<AdapterStart> replaced) {
            return replaced.isEmpty() ? whole() : load(replaced.get().base(base.base()));
        }

        private LoadedBase load(Transformer transformer) {
            return baseOptions.load(transformer, workers);
        }
    }

    private TrainedAdapter begin(
            TrainedAdapter.Use use, NewHead head, List<Example> train, Loading loading) {
        AdapterStart start =
                adapterOptions.start(
                        new AdapterOptions.Ground(
                                base.base(),
                                head.head(),
                                train,
                                stepOptions.batchSize(),
                                stepOptions.learningRate(adapterOptions.usualLearningRate()),
                                choices.seed(),
                                workers,
                                loading::whole,
                                progress("looking at rows")));
        List<Slice> slices = Heads.slices(head.head(), head.trained());
        return new TrainedAdapter(
                new TrainedAdapter.Base(base.name(), BaseFingerprint.of(base.base())),
                use,
                start.adapter(),
                head.trained(),
                start.state(slices, Heads.values(head.head(), slices)),
                start.replaces() ? Optional.of(start) : Optional.empty());
    }

    private TrainedAdapter resumed() {
        TrainedAdapter begun = out.readStart();
        begun.requireBase(base.name(), BaseFingerprint.of(base.base()));
        return begun;
    }

    private Progress progress(String what) {
        return (done, total) -> terminal.progress(what, done, total, "");
    }

    TrainingProgress progress(Prepared prepared) {
        return new TrainingProgress(terminal, prepared.steps(), prepared.trainer().steps());
    }

    /** Trains to the end, or until {@code interrupted}. */
    TrainingLoop.End run(
            Prepared prepared, TrainingProgress progress, BooleanSupplier interrupted) {
        int every =
                choices.validateEvery() == 0 ? prepared.stepsOfAnEpoch() : choices.validateEvery();
        TrainingLoop loop =
                new TrainingLoop(
                        prepared.trainer(),
                        new TrainingLoop.Plan(prepared.steps(), every, choices.checkpointEvery()),
                        validation(prepared),
                        prepared.earlyStop(),
                        (state, best) ->
                                out.write(
                                        new Checkpoint(
                                                prepared.settings(),
                                                prepared.model().layout().fingerprint(),
                                                state,
                                                best)),
                        progress);
        return loop.run(interrupted);
    }

    private Optional<Function<float[], Metrics>> validation(Prepared prepared) {
        if (prepared.scored().isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                values ->
                        Metrics.of(
                                choices.task(),
                                Scoring.of(
                                        prepared.model(),
                                        values,
                                        prepared.scored(),
                                        progress("validating"))));
    }

    /** All that the result depends on; threads are not among it. */
    private Map<String, String> settings(
            TrainedAdapter.Use use, List<Example> train, List<Example> validation, int steps) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("base", BaseFingerprint.of(base.base()).toString());
        settings.put("engine", baseOptions.engine(workers).name());
        settings.put("weights", Words.key(baseOptions.storage(base.base())));
        settings.put("precision", Words.key(baseOptions.precision()));
        settings.put("task", use.task().key());
        settings.put("pooling", use.pooling().map(PoolingChoice::key).orElse("none"));
        settings.put("max-tokens", String.valueOf(use.maxTokens()));
        settings.put("seed", String.valueOf(choices.seed()));
        settings.put("held-out", String.valueOf(choices.heldOut()));
        settings.put("validate-every", String.valueOf(choices.validateEvery()));
        settings.put("early-stop", String.valueOf(choices.earlyStop()));
        settings.putAll(adapterOptions.settings());
        settings.putAll(stepOptions.settings(steps, adapterOptions.usualLearningRate()));
        // What follows from options comes after them, so that a refusal names the cause.
        settings.put("classes", digest(String.join("\n", use.classes())).toString());
        settings.put("rows", digest(train).toString());
        settings.put("validation-rows", digest(validation).toString());
        return settings;
    }

    private static Digest digest(String text) {
        return Digest.of(text.getBytes(StandardCharsets.UTF_8));
    }

    private static Digest digest(List<Example> rows) {
        MessageDigest sha = Digest.sha256();
        for (Example row : rows) {
            add(sha, row.tokenIds());
            add(sha, row.labels());
            add(sha, new int[] {row.secondText()});
        }
        return Digest.fromBytes(sha.digest());
    }

    private static void add(MessageDigest sha, int[] values) {
        ByteBuffer bytes = ByteBuffer.allocate((values.length + 1) * Integer.BYTES);
        bytes.putInt(values.length);
        for (int value : values) {
            bytes.putInt(value);
        }
        sha.update(bytes.array());
    }
}
