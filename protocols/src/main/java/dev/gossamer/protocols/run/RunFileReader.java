package dev.gossamer.protocols.run;

import dev.gossamer.protocols.run.RunFile.Adapter;
import dev.gossamer.protocols.run.RunFile.BasisPlan;
import dev.gossamer.protocols.run.RunFile.Data;
import dev.gossamer.protocols.run.RunFile.EvaluationPlan;
import dev.gossamer.protocols.run.RunFile.Exchange;
import dev.gossamer.protocols.run.RunFile.Exchange.Direction;
import dev.gossamer.protocols.run.RunFile.Model;
import dev.gossamer.protocols.run.RunFile.Precision;
import dev.gossamer.protocols.run.RunFile.Privacy;
import dev.gossamer.protocols.run.RunFile.Rounds;
import dev.gossamer.protocols.run.RunFile.Server;
import dev.gossamer.protocols.run.RunFile.Task;
import dev.gossamer.protocols.run.RunFile.Train;
import dev.gossamer.protocols.run.World.Device;
import dev.gossamer.protocols.run.World.Network;
import dev.gossamer.protocols.run.World.Partition;
import dev.gossamer.protocols.wire.ProtocolLimits;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Reads a run file and fills in what it leaves out; whatever is wrong with it is refused before
 * anything runs, as a {@link RunFileException} of one line.
 */
public final class RunFileReader {
    private static final String ALL_LINEAR = "all-linear";

    /** No character of UTF-8 has more bytes for each of its UTF-16 units. */
    private static final int MAX_BYTES = 3 * ProtocolLimits.MAX_RUN_FILE_CHARACTERS;

    private RunFileReader() {}

    /** The run in the UTF-8 file at {@code path}. */
    public static RunFile read(Path path) {
        try (InputStream file = Files.newInputStream(path)) {
            byte[] content = file.readNBytes(MAX_BYTES + 1);
            if (content.length > MAX_BYTES) {
                throw new RunFileException(
                        "run file is too long: path=" + path + ", bound=" + MAX_BYTES + " bytes");
            }
            return read(
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(content))
                            .toString());
        } catch (CharacterCodingException e) {
            throw new RunFileException("run file is not UTF-8: path=" + path, e);
        } catch (IOException e) {
            throw new RunFileException(
                    "run file cannot be read: path=" + path + ", problem=" + problem(e), e);
        }
    }

    /** What went wrong; a file system's exceptions have no text besides the path. */
    private static String problem(IOException e) {
        return e instanceof FileSystemException ? e.getClass().getSimpleName() : e.getMessage();
    }

    /** The run in {@code yaml}. */
    public static RunFile read(String yaml) {
        Section file =
                Section.root(
                        YamlComposer.compose(yaml),
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
        Data data = data(file);
        return new RunFile(
                file.text("name"),
                file.word("task", Task.class),
                model(file.section("model", "base", "weights", "precision", "pooling")),
                data,
                adapter(file.section("adapter", "method", "rank", "targets")),
                basis(file.section("basis", "from", "sample", "rows", "learning-rate")),
                train(file),
                rounds(file),
                server(file.section("server", "optimizer")),
                exchange(file.section("exchange", "upload", "download")),
                evaluation(file.section("evaluation", "every", "public-test")),
                privacy(file),
                file.flag("secure-aggregation"),
                file.longInteger("seed"),
                simulate(file, data));
    }

    private static Model model(Section model) {
        return new Model(
                model.text("base"),
                model.word("weights", Precision.class),
                model.word("precision", Precision.class),
                model.word("pooling", Model.Pooling.class));
    }

    private static Data data(Section file) {
        Section data =
                file.section(
                        "data",
                        "set",
                        "text",
                        "label",
                        "classes",
                        "max-tokens",
                        "truncate",
                        "held-out");
        return new Data(
                data.text("set"),
                data.text("text"),
                data.text("label"),
                data.texts("classes"),
                data.integer("max-tokens"),
                data.word("truncate", Data.Truncate.class),
                data.number("held-out"));
    }

    private static Adapter adapter(Section adapter) {
        return new Adapter(
                adapter.text("method"),
                adapter.integer("rank"),
                adapter.texts("targets", ALL_LINEAR, Adapter.ALL_LINEAR));
    }

    private static BasisPlan basis(Section basis) {
        return new BasisPlan(
                basis.word("from", BasisPlan.From.class),
                basis.text("sample"),
                basis.integer("rows"),
                basis.number("learning-rate"));
    }

    private static Train train(Section file) {
        Section train =
                file.section(
                        "train",
                        "local-steps",
                        "batch-size",
                        "optimizer",
                        "learning-rate",
                        "weight-decay",
                        "schedule",
                        "state",
                        "threads");
        return new Train(
                train.integer("local-steps"),
                train.integer("batch-size"),
                train.word("optimizer", Train.Optimizer.class),
                train.number("learning-rate"),
                train.number("weight-decay"),
                train.word("schedule", Train.Schedule.class),
                train.word("state", Train.State.class),
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
                        "weights");
        int cohort = rounds.integer("cohort");
        return new Rounds(
                rounds.integer("count"),
                cohort,
                rounds.has("minimum") ? rounds.integer("minimum") : cohort - cohort / 3,
                rounds.integer("over-select"),
                rounds.duration("deadline"),
                rounds.word("weights", Rounds.Weights.class));
    }

    private static Server server(Section server) {
        return new Server(server.word("optimizer", Server.Optimizer.class));
    }

    private static Exchange exchange(Section exchange) {
        return new Exchange(direction(exchange, "upload"), direction(exchange, "download"));
    }

    private static Direction direction(Section exchange, String key) {
        Section direction = exchange.section(key, "values", "density");
        return new Direction(
                direction.word("values", Precision.class), direction.number("density"));
    }

    private static EvaluationPlan evaluation(Section evaluation) {
        return new EvaluationPlan(
                evaluation.integer("every"),
                Optional.of(evaluation.text("public-test"))
                        .filter(test -> !test.equals(EvaluationPlan.NO_TEST)));
    }

    /** The mode is refused first: the other keys are right for a mode that is not there yet. */
    private static Privacy privacy(Section file) {
        Section privacy =
                file.section(
                        "privacy",
                        "mode",
                        "epsilon",
                        "noise-multiplier",
                        "delta",
                        "clip",
                        "sampler",
                        "colluders");
        Privacy promise = new Privacy(privacy.word("mode", Privacy.Mode.class));
        privacy.refuseAllBut("mode");
        return promise;
    }

    private static Optional<World> simulate(Section file, Data data) {
        if (!file.has("simulate")) {
            return Optional.empty();
        }
        Section world =
                file.section(
                        "simulate",
                        "clients",
                        "source",
                        "partition",
                        "device",
                        "network",
                        "stragglers");
        Section partition = world.section("partition", "dirichlet", "by");
        Section device = world.section("device", "tokens-per-second");
        Section network = world.section("network", "bandwidth", "latency");
        return Optional.of(
                new World(
                        world.integer("clients"),
                        world.has("source") ? world.text("source") : data.set(),
                        new Partition(
                                partition.number("dirichlet"),
                                partition.word("by", Partition.By.class)),
                        new Device(device.number("tokens-per-second")),
                        new Network(
                                network.bitsPerSecond("bandwidth"), network.duration("latency")),
                        world.word("stragglers", World.Stragglers.class)));
    }
}
