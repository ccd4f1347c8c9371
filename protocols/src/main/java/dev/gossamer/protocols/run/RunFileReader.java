package dev.gossamer.protocols.run;

import dev.gossamer.protocols.run.RunFile.BasisPlan;
import dev.gossamer.protocols.run.RunFile.EvaluationPlan;
import dev.gossamer.protocols.run.RunFile.Exchange;
import dev.gossamer.protocols.run.RunFile.Model;
import dev.gossamer.protocols.run.RunFile.Rounds;
import dev.gossamer.protocols.run.RunFile.Task;
import dev.gossamer.protocols.run.World.Device;
import dev.gossamer.protocols.run.World.Network;
import dev.gossamer.protocols.run.World.Partition;
import dev.gossamer.protocols.run.YamlNode.Mapping;

import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads a run file and fills in what it leaves out; whatever is wrong with it is refused before
 * anything runs, as a {@link RunFileException} of one line.
 */
public final class RunFileReader {
    private RunFileReader() {}

    /** The run in the UTF-8 file at {@code path}. */
    public static RunFile read(Path path) {
        return read(YamlFile.read("run file", path));
    }

    /** The run in {@code yaml}. */
    public static RunFile read(String yaml) {
        return read(YamlComposer.compose("run file", yaml));
    }

    /** The run in a file whose text was composed before. */
    public static RunFile read(Mapping yaml) {
        Section file =
                Section.root(
                        yaml,
                        RunFileDefaults.TREE,
                        "name",
                        "task",
                        "model",
                        "data",
                        "adapter",
                        "basis",
                        "train",
                        "rounds",
                        "server",
                        "exchange",
                        "evaluation",
                        "privacy",
                        "secure-aggregation",
                        "seed",
                        "simulate");
        Task task = file.word("task", Task.class);
        DataPlan data = data(file, task);
        return new RunFile(
                file.text("name"),
                task,
                model(file.section("model", "base", "weights", "precision", "pooling")),
                data,
                adapter(file.section("adapter", "method", "rank", "alpha", "options", "targets")),
                basis(file),
                train(file),
                rounds(file),
                server(
                        file.section(
                                "server",
                                "optimizer",
                                "learning-rate",
                                "momentum",
                                "beta1",
                                "beta2",
                                "epsilon",
                                "weight-decay",
                                "robust")),
                exchange(file.section("exchange", "upload", "download")),
                evaluation(file.section("evaluation", "every", "public-test", "aggregation-error")),
                privacy(file),
                file.flag("secure-aggregation"),
                file.longInteger("seed"),
                simulate(file, data));
    }

    private static Model model(Section model) {
        return new Model(
                model.text("base"),
                model.word("weights", Model.Storage.class),
                model.word("precision", Model.Precision.class),
                model.word("pooling", Model.Pooling.class));
    }

    private static DataPlan data(Section file, Task task) {
        Section data =
                file.section(
                        "data",
                        "set",
                        "text",
                        "second-text",
                        "label",
                        "prompt",
                        "completion",
                        "messages",
                        "classes",
                        "max-tokens",
                        "truncate",
                        "held-out");
        if (!task.classifies() && data.has("classes")) {
            throw DataPlan.classesOfAnotherTask(task);
        }
        return new DataPlan(
                data.text("set"),
                columns(data, task),
                task.classifies() ? data.texts("classes") : List.of(),
                data.integer("max-tokens"),
                data.word("truncate", DataPlan.Truncate.class),
                data.number("held-out"));
    }

    private static Map<Column, String> columns(Section data, Task task) {
        Map<Column, String> columns = new EnumMap<>(Column.class);
        for (Column column : Column.values()) {
            boolean named = data.has(column.key());
            if (named && !task.columns().contains(column)) {
                throw DataPlan.ofAnotherTask(column, task);
            }
            if (column == Column.SECOND_TEXT) {
                Optional.of(data.text(column.key()))
                        .filter(name -> !name.equals(DataPlan.NO_COLUMN))
                        .ifPresent(name -> columns.put(column, name));
            } else if (task.columns().contains(column)) {
                columns.put(column, named ? data.text(column.key()) : task.standardName(column));
            }
        }
        return columns;
    }

    private static AdapterPlan adapter(Section adapter) {
        return new AdapterPlan(
                adapter.text("method"),
                adapter.integer("rank"),
                adapter.number("alpha", AdapterPlan.NO_ALPHA),
                adapter.numbers("options"),
                adapter.texts("targets", AdapterPlan.ALL_LINEAR));
    }

    private static BasisPlan basis(Section file) {
        Section basis =
                file.section(
                        "basis",
                        "from",
                        "sample",
                        "rows",
                        "learning-rate",
                        "values",
                        "rebase-every",
                        "rebase-below");
        boolean isPrivate = privacyMode(file) != PrivacyPlan.Mode.NONE;
        return new BasisPlan(
                // Where a promise is made, what needs no data at all is what is used unasked.
                isPrivate && !basis.has("from")
                        ? BasisPlan.From.WEIGHTS
                        : basis.word("from", BasisPlan.From.class),
                basis.text("sample"),
                basis.integer("rows"),
                basis.number("learning-rate"),
                basis.word("values", BasisPlan.Values.class),
                basis.integer("rebase-every"),
                basis.number("rebase-below"));
    }

    private static TrainPlan train(Section file) {
        Section train =
                file.section(
                        "train",
                        "local-steps",
                        "batch-size",
                        "optimizer",
                        "momentum",
                        "learning-rate",
                        "weight-decay",
                        "schedule",
                        "clip-norm",
                        "proximal",
                        "dropout",
                        "state",
                        "threads");
        return new TrainPlan(
                train.integer("local-steps"),
                train.integer("batch-size"),
                train.word("optimizer", TrainPlan.Optimizer.class),
                train.number("momentum"),
                train.number("learning-rate"),
                train.number("weight-decay"),
                train.word("schedule", TrainPlan.Schedule.class),
                train.number("clip-norm", TrainPlan.NO_CLIP),
                train.number("proximal"),
                train.number("dropout"),
                train.word("state", TrainPlan.State.class),
                train.integer("threads"));
    }

    private static Rounds rounds(Section file) {
        Section rounds =
                file.section(
                        "rounds",
                        "count",
                        "cohort",
                        "minimum",
                        "over-select",
                        "deadline",
                        "weights",
                        "weight-cap");
        int cohort = rounds.integer("cohort");
        return new Rounds(
                rounds.integer("count"),
                cohort,
                rounds.has("minimum") ? rounds.integer("minimum") : cohort - cohort / 3,
                rounds.integer("over-select"),
                rounds.duration("deadline"),
                rounds.word("weights", Rounds.Weights.class),
                rounds.integer("weight-cap"));
    }

    private static ServerPlan server(Section server) {
        return new ServerPlan(
                server.word("optimizer", ServerPlan.Optimizer.class),
                server.number("learning-rate", ServerPlan.NO_RATE),
                server.number("momentum"),
                server.number("beta1"),
                server.number("beta2"),
                server.number("epsilon"),
                server.number("weight-decay"),
                robust(
                        server.section(
                                "robust",
                                "rule",
                                "attackers",
                                "bound",
                                "kept",
                                "bucket",
                                "steps")));
    }

    private static RobustPlan robust(Section robust) {
        return new RobustPlan(
                robust.word("rule", RobustPlan.Rule.class),
                robust.integer("attackers"),
                robust.number("bound"),
                robust.integer("kept"),
                robust.integer("bucket"),
                robust.integer("steps"));
    }

    private static Exchange exchange(Section exchange) {
        return new Exchange(codec(exchange, "upload"), codec(exchange, "download"));
    }

    private static CodecPlan codec(Section exchange, String key) {
        Section codec =
                exchange.section(
                        key,
                        "values",
                        "block",
                        "sparsify",
                        "density",
                        "index",
                        "entropy",
                        "feedback",
                        "feedback-decay",
                        "feedback-rounds");
        return new CodecPlan(
                codec.word("values", CodecPlan.Values.class),
                codec.integer("block"),
                codec.word("sparsify", CodecPlan.Sparsify.class),
                codec.number("density"),
                codec.word("index", CodecPlan.Index.class),
                codec.word("entropy", CodecPlan.Entropy.class),
                codec.word("feedback", CodecPlan.Feedback.class),
                codec.number("feedback-decay"),
                codec.integer("feedback-rounds"));
    }

    private static EvaluationPlan evaluation(Section evaluation) {
        return new EvaluationPlan(
                evaluation.integer("every"),
                Optional.of(evaluation.text("public-test"))
                        .filter(test -> !test.equals(EvaluationPlan.NO_TEST)),
                evaluation.flag("aggregation-error"));
    }

    private static Section privacySection(Section file) {
        return file.section(
                "privacy",
                "mode",
                "epsilon",
                "noise-multiplier",
                "delta",
                "clip",
                "sampler",
                "colluders");
    }

    private static PrivacyPlan.Mode privacyMode(Section file) {
        return privacySection(file).word("mode", PrivacyPlan.Mode.class);
    }

    private static PrivacyPlan privacy(Section file) {
        Section privacy = privacySection(file);
        PrivacyPlan.Mode mode = privacyMode(file);
        if (mode == PrivacyPlan.Mode.NONE) {
            privacy.refuseAllBut("mode", "nothing is promised where the mode is none");
            return PrivacyPlan.none();
        }
        Preconditions.requireAvailable("privacy.mode", mode);
        PrivacyPlan.Sampler usual =
                mode == PrivacyPlan.Mode.EXAMPLE
                        ? PrivacyPlan.Sampler.POISSON
                        : PrivacyPlan.Sampler.ALL;
        return new PrivacyPlan(
                mode,
                privacy.number("epsilon", PrivacyPlan.NOT_GIVEN),
                privacy.number("noise-multiplier", PrivacyPlan.NOT_GIVEN),
                privacy.number("delta", PrivacyPlan.DELTA_OF_ROWS),
                PrivacyPlan.Clip.read(privacy.text("clip")),
                privacy.has("sampler") ? privacy.word("sampler", PrivacyPlan.Sampler.class) : usual,
                privacy.integer("colluders"));
    }

    private static Optional<World> simulate(Section file, DataPlan data) {
        if (!file.has("simulate")) {
            return Optional.empty();
        }
        Section world =
                file.section(
                        "simulate",
                        "clients",
                        "ranks",
                        "source",
                        "partition",
                        "device",
                        "network",
                        "stragglers");
        Section device = world.section("device", "tokens-per-second");
        Section network = world.section("network", "bandwidth", "latency");
        return Optional.of(
                new World(
                        world.integer("clients"),
                        world.integers("ranks"),
                        world.has("source") ? world.text("source") : data.set(),
                        partition(world.section("partition", "dirichlet", "by", "natural")),
                        new Device(device.number("tokens-per-second")),
                        new Network(
                                network.bitsPerSecond("bandwidth"), network.duration("latency")),
                        world.word("stragglers", World.Stragglers.class)));
    }

    private static Partition partition(Section partition) {
        if (!partition.has("natural")) {
            return new Partition.Dirichlet(
                    partition.number("dirichlet"), partition.word("by", Partition.By.class));
        }
        for (String other : List.of("dirichlet", "by")) {
            if (partition.has(other)) {
                throw new RunFileException(
                        "two partitions: key=simulate.partition, values=[natural, "
                                + other
                                + "]; keep one");
            }
        }
        return new Partition.Natural(partition.text("natural"));
    }
}
