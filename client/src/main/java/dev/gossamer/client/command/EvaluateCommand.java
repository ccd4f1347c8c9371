package dev.gossamer.client.command;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.gossamer.client.data.Classes;
import dev.gossamer.client.data.DataSource;
import dev.gossamer.client.data.Example;
import dev.gossamer.client.tensor.Workers;
import dev.gossamer.client.train.AdaptedModel.RowScore;
import dev.gossamer.client.train.Metrics;
import dev.gossamer.client.train.Task;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/** {@code evaluate}: how well a base, or an adapter on it, does on labelled rows. */
@Command(
        name = "evaluate",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        showDefaultValues = true,
        description = "Scores a base, or an adapter on its base, on rows of yours.")
public final class EvaluateCommand implements Callable<Integer> {
    private static final JsonMapper JSON = new JsonMapper();

    @Mixin private BaseOptions base;

    @Option(
            names = "--adapter",
            paramLabel = "DIR",
            description = "from train, or a PEFT folder; without it, the base's own head is scored")
    private Path adapter;

    @Option(names = "--data", required = true, paramLabel = "FILE|DIR", description = "your rows")
    private Path data;

    @Option(
            names = "--task",
            paramLabel = "TASK",
            description = "the adapter's, or that of the base's head, if not given")
    private String task;

    @Option(
            names = "--classes",
            split = ",",
            paramLabel = "NAME,...",
            description = "in the order of the scores, where the base does not name them")
    private List<String> classes = List.of();

    @Mixin private ColumnOptions columns;

    @Option(
            names = "--max-tokens",
            defaultValue = "0",
            paramLabel = "N",
            description = "cuts longer rows; 0 is what the adapter was trained with")
    private int maxTokens;

    @Option(
            names = "--seed",
            defaultValue = "0",
            paramLabel = "N",
            description = "of the masks of masked-lm")
    private long seed;

    @Option(
            names = "--predictions",
            paramLabel = "FILE",
            description = "one JSON line a row: its logits, or its mean negative log-likelihood")
    private Path predictions;

    @Option(names = "--json", description = "the figures as one JSON object")
    private boolean json;

    private final Surroundings surroundings;

    /** The command. */
    public EvaluateCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        Terminal terminal = new Terminal(surroundings);
        Optional<Task> asked = Words.optional(task).map(Scoring::task);
        try (Workers workers = base.workers()) {
            ReadyModel ready = ReadyModel.open(base, adapter, asked, workers, terminal);
            base.tellRates(ready.pretrained().base(), workers, terminal);
            List<Example> rows = rows(ready, terminal);
            List<RowScore> scores =
                    Scoring.of(
                            ready.model(),
                            ready.values(),
                            rows,
                            (done, total) -> terminal.progress("scoring", done, total, ""));
            if (predictions != null) {
                Predictions.write(predictions, ready, rows, scores);
            }
            tell(ready, Metrics.of(ready.task(), scores));
            return 0;
        }
    }

    private List<Example> rows(ReadyModel ready, Terminal terminal) {
        int bound = TaskRows.maxTokens(ready.pretrained(), maxTokens);
        TaskRows reading =
                new TaskRows(
                        ready.pretrained(),
                        ready.task(),
                        columns.columns(),
                        maxTokens == 0 ? ready.maxTokens() : bound,
                        seed,
                        terminal);
        List<Example> rows = reading.read(DataSource.of(data), known(ready));
        return reading.scored(rows);
    }

    private Optional<Classes> known(ReadyModel ready) {
        return switch (ready.task()) {
            case MASKED_LM, CAUSAL_LM -> Optional.empty();
            case SEQUENCE_CLASSIFICATION, TOKEN_CLASSIFICATION -> {
                List<String> names = classes.isEmpty() ? ready.classes() : classes;
                yield Optional.of(adapter == null ? Classes.listed(names) : Classes.seen(names));
            }
        };
    }

    private void tell(ReadyModel ready, Metrics metrics) {
        if (!json) {
            surroundings.out().println("rows " + metrics.rows() + "  " + Scoring.text(metrics));
            return;
        }
        ObjectNode object = JSON.createObjectNode();
        object.put("base", ready.pretrained().name()).put("task", ready.task().key());
        Words.optional(adapter).ifPresent(folder -> object.put("adapter", folder.toString()));
        Scoring.put(object, metrics);
        surroundings.out().println(object);
    }
}
