package dev.gossamer.protocols.run;

import dev.gossamer.protocols.run.RunFile.BasisPlan;
import dev.gossamer.protocols.run.RunFile.EvaluationPlan;
import dev.gossamer.protocols.run.RunFile.Model;
import dev.gossamer.protocols.run.RunFile.Rounds;
import dev.gossamer.protocols.run.RunFile.Task;

import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import java.util.stream.Collectors;

/**
 * Writes a run file with every default written out, so that a run can be read and repeated.
 *
 * <p>The same run gives the same bytes, and reading them gives the same run.
 */
public final class RunFileWriter {
    private final StringBuilder yaml = new StringBuilder();

    private RunFileWriter() {}

    /** {@code run} as YAML, sections in a fixed order. */
    public static String write(RunFile run) {
        RunFileWriter writer = new RunFileWriter();
        writer.field("name", Text.yaml(run.name()));
        writer.field("task", run.task());
        writer.model(run.model());
        writer.data(run.data(), run.task());
        writer.adapter(run.adapter());
        writer.basis(run.basis());
        writer.train(run.train());
        writer.rounds(run.rounds());
        writer.server(run.server());
        writer.section("exchange");
        writer.codec("upload", run.exchange().upload());
        writer.codec("download", run.exchange().download());
        writer.evaluation(run.evaluation());
        writer.privacy(run.privacy());
        writer.field("secure-aggregation", run.secureAggregation());
        writer.field("seed", run.seed());
        run.simulate().ifPresent(writer::simulate);
        return writer.yaml.toString();
    }

    private void model(Model model) {
        section("model");
        entry("base", Text.yaml(model.base()));
        entry("weights", model.weights());
        entry("precision", model.precision());
        entry("pooling", model.pooling());
    }

    private void data(DataPlan data, Task task) {
        section("data");
        entry("set", Text.yaml(data.set()));
        for (Column column : task.columns()) {
            entry(column.key(), data.column(column).map(Text::yaml).orElse(DataPlan.NO_COLUMN));
        }
        if (task.classifies()) {
            entry("classes", list(data.classes()));
        }
        entry("max-tokens", data.maxTokens());
        entry("truncate", data.truncate());
        entry("held-out", data.heldOut());
    }

    private void adapter(AdapterPlan adapter) {
        section("adapter");
        entry("method", Text.yaml(adapter.method()));
        entry("rank", adapter.rank());
        entry(
                "alpha",
                adapter.alpha().isPresent() ? adapter.alpha().getAsDouble() : AdapterPlan.NO_ALPHA);
        entry("options", numbers(adapter.options()));
        boolean all = adapter.targets().equals(List.of(AdapterPlan.ALL_LINEAR));
        entry("targets", all ? AdapterPlan.ALL_LINEAR : list(adapter.targets()));
    }

    private void basis(BasisPlan basis) {
        section("basis");
        entry("from", basis.from());
        entry("sample", Text.yaml(basis.sample()));
        entry("rows", basis.rows());
        entry("learning-rate", basis.learningRate());
        entry("values", basis.values());
        entry("rebase-every", basis.rebaseEvery());
        entry("rebase-below", basis.rebaseBelow());
    }

    private void train(TrainPlan train) {
        section("train");
        entry("local-steps", train.localSteps());
        entry("batch-size", train.batchSize());
        entry("optimizer", train.optimizer());
        entry("momentum", train.momentum());
        entry("learning-rate", train.learningRate());
        entry("weight-decay", train.weightDecay());
        entry("schedule", train.schedule());
        entry(
                "clip-norm",
                train.clipNorm().isPresent() ? train.clipNorm().getAsDouble() : TrainPlan.NO_CLIP);
        entry("proximal", train.proximal());
        entry("dropout", train.dropout());
        entry("state", train.state());
        entry("threads", train.threads());
    }

    private void rounds(Rounds rounds) {
        section("rounds");
        entry("count", rounds.count());
        entry("cohort", rounds.cohort());
        entry("minimum", rounds.minimum());
        entry("over-select", rounds.overSelect());
        entry("deadline", duration(rounds.deadline()));
        entry("weights", rounds.weights());
        entry("weight-cap", rounds.weightCap());
    }

    private void server(ServerPlan server) {
        section("server");
        entry("optimizer", server.optimizer());
        entry(
                "learning-rate",
                server.learningRate().isPresent()
                        ? server.learningRate().getAsDouble()
                        : ServerPlan.NO_RATE);
        entry("momentum", server.momentum());
        entry("beta1", server.beta1());
        entry("beta2", server.beta2());
        entry("epsilon", server.epsilon());
        entry("weight-decay", server.weightDecay());
        entry("robust", robust(server.robust()));
    }

    private static String robust(RobustPlan robust) {
        return "{rule: "
                + robust.rule().key()
                + ", attackers: "
                + robust.attackers()
                + ", bound: "
                + robust.bound()
                + ", kept: "
                + robust.kept()
                + ", bucket: "
                + robust.bucket()
                + ", steps: "
                + robust.steps()
                + "}";
    }

    private void codec(String key, CodecPlan codec) {
        yaml.append("  ");
        section(key);
        codecEntry("values", codec.values());
        codecEntry("block", codec.block());
        codecEntry("sparsify", codec.sparsify());
        codecEntry("density", codec.density());
        codecEntry("index", codec.index());
        codecEntry("entropy", codec.entropy());
        codecEntry("feedback", codec.feedback());
        codecEntry("feedback-decay", codec.feedbackDecay());
        codecEntry("feedback-rounds", codec.feedbackRounds());
    }

    private void codecEntry(String key, Object value) {
        yaml.append("  ");
        entry(key, value);
    }

    private void evaluation(EvaluationPlan evaluation) {
        section("evaluation");
        entry("every", evaluation.every());
        entry(
                "public-test",
                evaluation.publicTest().map(Text::yaml).orElse(EvaluationPlan.NO_TEST));
        entry("aggregation-error", evaluation.aggregationError());
    }

    private void privacy(PrivacyPlan privacy) {
        section("privacy");
        entry("mode", privacy.mode());
        if (!privacy.isPrivate()) {
            return;
        }
        entry("epsilon", PrivacyPlan.written(privacy.epsilon()));
        entry("noise-multiplier", PrivacyPlan.written(privacy.noiseMultiplier()));
        entry(
                "delta",
                privacy.delta().isPresent()
                        ? privacy.delta().getAsDouble()
                        : PrivacyPlan.DELTA_OF_ROWS);
        entry("clip", privacy.clip().written());
        entry("sampler", privacy.sampler());
        entry("colluders", privacy.colluders());
    }

    private void simulate(World world) {
        section("simulate");
        entry("clients", world.clients());
        entry("ranks", world.ranks());
        entry("source", Text.yaml(world.source()));
        entry("partition", partition(world.partition()));
        entry("device", "{tokens-per-second: " + world.device().tokensPerSecond() + "}");
        entry(
                "network",
                "{bandwidth: "
                        + Quantity.RATE.format(world.network().bitsPerSecond())
                        + ", latency: "
                        + duration(world.network().latency())
                        + "}");
        entry("stragglers", world.stragglers());
    }

    private static String partition(World.Partition partition) {
        return switch (partition) {
            case World.Partition.Dirichlet drawn ->
                    "{dirichlet: " + drawn.alpha() + ", by: " + drawn.by().key() + "}";
            case World.Partition.Natural natural ->
                    "{natural: " + Text.yaml(natural.column()) + "}";
        };
    }

    private static String numbers(SortedMap<String, Double> numbers) {
        return numbers.entrySet().stream()
                .map(entry -> Text.yaml(entry.getKey()) + ": " + entry.getValue())
                .collect(Collectors.joining(", ", "{", "}"));
    }

    private static String list(List<String> texts) {
        return texts.stream().map(Text::yaml).collect(Collectors.joining(", ", "[", "]"));
    }

    private static String duration(Duration duration) {
        return Quantity.DURATION.format(duration.toMillis());
    }

    private void section(String key) {
        yaml.append(key).append(":\n");
    }

    private void field(String key, Object value) {
        yaml.append(key).append(": ").append(written(value)).append('\n');
    }

    private void entry(String key, Object value) {
        yaml.append("  ");
        field(key, value);
    }

    private static Object written(Object value) {
        return value instanceof Word word ? word.key() : value;
    }
}
