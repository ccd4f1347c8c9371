package dev.gossamer.client.command;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.gossamer.client.adapter.ParameterSummary;
import dev.gossamer.client.adapter.PoolingChoice;
import dev.gossamer.client.adapter.TrainedAdapter;
import dev.gossamer.client.tensor.Workers;
import dev.gossamer.client.train.Task;
import dev.gossamer.client.train.TrainingLoop;
import dev.gossamer.client.weights.PretrainedModel;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;

/** {@code train}: one owner fine-tunes alone, on rows that stay here. */
@Command(
        name = "train",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        showDefaultValues = true,
        description = "Fine-tunes a base model on your own rows, with nobody else.")
public final class TrainCommand implements Callable<Integer> {
    private static final JsonMapper JSON = new JsonMapper();

    @Mixin private BaseOptions base;

    @Option(names = "--data", required = true, paramLabel = "FILE|DIR", description = "your rows")
    private Path data;

    @Option(
            names = "--validation",
            paramLabel = "FILE|DIR",
            description = "rows to look at the result with")
    private Path validation;

    @Option(
            names = "--held-out",
            paramLabel = "SHARE",
            description = "of the rows, where there is no such file; 0.1 if not given")
    private Double heldOut;

    @Option(
            names = "--task",
            required = true,
            paramLabel = "TASK",
            description = "sequence-classification, token-classification, masked-lm or causal-lm")
    private String task;

    @Option(
            names = "--classes",
            split = ",",
            paramLabel = "NAME,...",
            description = "in the order of the scores; those of the rows if not given")
    private List<String> classes = List.of();

    @Mixin private ColumnOptions columns;

    @Option(
            names = "--max-tokens",
            defaultValue = "0",
            paramLabel = "N",
            description = "cuts longer rows; 0 is the model's own bound")
    private int maxTokens;

    @Mixin private AdapterOptions adapter;

    @Option(
            names = "--pooling",
            defaultValue = "mean",
            paramLabel = "KIND",
            description = "from tokens to a class: mean, cls or head (Hugging Face's own)")
    private String pooling;

    @Mixin private StepOptions steps;

    @Option(
            names = "--seed",
            defaultValue = "0",
            paramLabel = "N",
            description = "of all that is drawn")
    private long seed;

    @Option(
            names = "--validate-every",
            defaultValue = "0",
            paramLabel = "N",
            description = "steps; 0 is an epoch")
    private int validateEvery;

    @Option(
            names = "--early-stop",
            defaultValue = "0",
            paramLabel = "N",
            description = "validations without a lower loss; the best values are kept; 0 is never")
    private int earlyStop;

    @Option(
            names = "--checkpoint-every",
            defaultValue = "100",
            paramLabel = "N",
            description = "steps; an interruption keeps one as well")
    private int checkpointEvery;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "gets the adapter")
    private Path out;

    @Option(names = "--resume", description = "goes on from the checkpoint in --out, bit for bit")
    private boolean resume;

    @Option(names = "--json", description = "the result as one JSON object")
    private boolean json;

    private final Surroundings surroundings;

    /** The command. */
    public TrainCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        try (Interruption interruption = new Interruption()) {
            return train(interruption);
        }
    }

    /** Trains until {@code interrupted}. */
    int train(BooleanSupplier interrupted) {
        TrainingJob.Choices choices = choices();
        adapter.check();
        steps.check();
        OutFolder folder = new OutFolder(out);
        folder.require(resume);
        Terminal terminal = new Terminal(surroundings);
        try (Workers workers = base.workers()) {
            PretrainedModel model = base.open(Optional.empty(), terminal);
            TrainingJob job =
                    new TrainingJob(
                            model, choices, base, adapter, steps, folder, workers, terminal);
            TrainingJob.Prepared prepared = job.prepare(rows(model, terminal));
            terminal.line(
                    "rows: training=%d, validation=%d; classes=%s",
                    prepared.trainingRows(),
                    prepared.validationRows(),
                    prepared.begun().use().classes());
            terminal.line(summary(model, prepared.begun()));
            base.tellRates(model.base(), workers, terminal);
            TrainingProgress progress = job.progress(prepared);
            TrainingLoop.End end = job.run(prepared, progress, interrupted);
            ObjectNode report = report(prepared, progress, end);
            if (end != TrainingLoop.End.INTERRUPTED) {
                folder.finish(prepared.result(), report.toPrettyString() + "\n");
            }
            tell(terminal, report, prepared, progress, end);
            return end == TrainingLoop.End.INTERRUPTED ? 1 : 0;
        }
    }

    private TrainingJob.Choices choices() {
        Task parsed = Scoring.task(task);
        PoolingChoice pooled =
                Words.parse("--pooling", pooling, PoolingChoice.class, PoolingChoice::key);
        if (validation != null && heldOut != null) {
            throw new IllegalArgumentException(
                    "two validations: --validation="
                            + validation
                            + ", --held-out="
                            + heldOut
                            + "; give one");
        }
        return new TrainingJob.Choices(
                parsed,
                parsed == Task.SEQUENCE_CLASSIFICATION ? Optional.of(pooled) : Optional.empty(),
                classes,
                data,
                Words.optional(validation),
                validation != null ? 0 : heldOut == null ? TrainingJob.HELD_OUT : heldOut,
                seed,
                Words.atLeast("--validate-every", validateEvery, 0),
                Words.atLeast("--early-stop", earlyStop, 0),
                Words.atLeast("--checkpoint-every", checkpointEvery, 1),
                resume);
    }

    private TaskRows rows(PretrainedModel model, Terminal terminal) {
        return new TaskRows(
                model,
                Scoring.task(task),
                columns.columns(),
                TaskRows.maxTokens(model, maxTokens),
                seed,
                terminal);
    }

    private static String summary(PretrainedModel model, TrainedAdapter begun) {
        return ParameterSummary.of(model.base(), begun.adapter(), begun.headSlices())
                .text()
                .stripTrailing();
    }

    private ObjectNode report(
            TrainingJob.Prepared prepared, TrainingProgress progress, TrainingLoop.End end) {
        ObjectNode report = JSON.createObjectNode();
        report.put("out", out.toString())
                .put("end", Words.key(end))
                .put("steps", prepared.trainer().steps())
                .put("trainingRows", prepared.trainingRows())
                .put("validationRows", prepared.validationRows())
                .put("trained", prepared.begun().state().values().length)
                .put("seconds", progress.seconds())
                .put("tokens", progress.tokens())
                .put("tokensPerSecond", progress.tokensPerSecond());
        if (!Double.isNaN(progress.loss())) {
            report.put("trainingLoss", progress.loss());
        }
        progress.last().ifPresent(last -> Scoring.put(report.putObject("validation"), last));
        prepared.settings().forEach(report.putObject("settings")::put);
        return report;
    }

    private void tell(
            Terminal terminal,
            ObjectNode report,
            TrainingJob.Prepared prepared,
            TrainingProgress progress,
            TrainingLoop.End end) {
        int done = prepared.trainer().steps();
        switch (end) {
            case DONE ->
                    terminal.line(
                            "done: steps=%d, seconds=%.1f, adapter in %s",
                            done, progress.seconds(), out);
            case EARLY ->
                    terminal.line("stopped early: steps=%d, the best values are in %s", done, out);
            case INTERRUPTED ->
                    terminal.line(
                            "interrupted: steps=%d; go on with the same options and --resume",
                            done);
        }
        if (json) {
            surroundings.out().println(report);
        }
    }
}
