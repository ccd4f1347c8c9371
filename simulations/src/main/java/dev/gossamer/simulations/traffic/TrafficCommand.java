package dev.gossamer.simulations.traffic;

import dev.gossamer.protocols.method.ExchangeMethod;
import dev.gossamer.protocols.run.RunFile;
import dev.gossamer.protocols.run.RunFileReader;
import dev.gossamer.simulations.traffic.Forecast.Coding;
import dev.gossamer.simulations.traffic.Forecast.Way;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;

/** {@code traffic}: what a run will send, by its method and by others, before it is run. */
@Command(
        name = "traffic",
        mixinStandardHelpOptions = true,
        description =
                "Forecasts the values and bytes that each client sends and is sent, by a method and"
                    + " beside others. Headers and acknowledgements are not in it: about 256 bytes"
                    + " a message.")
public final class TrafficCommand implements Callable<Integer> {
    @Parameters(arity = "0..1", paramLabel = "RUN.yaml", description = "instead of the options")
    private Optional<Path> file = Optional.empty();

    @Option(names = "--model", description = "a built-in shape, a config.json or its folder")
    private Optional<String> model = Optional.empty();

    @Option(names = "--method", description = "instead of the run file's")
    private Optional<String> method = Optional.empty();

    @Option(names = "--rank", description = "of the method's adapters; 16 where nothing says it")
    private Optional<Integer> rank = Optional.empty();

    @Option(names = "--clients", description = "of a round; 10 where nothing says it")
    private Optional<Integer> clients = Optional.empty();

    @Option(names = "--rounds", description = "of the run; 10 where nothing says it")
    private Optional<Integer> rounds = Optional.empty();

    @Option(names = "--targets", split = ",", description = "as in a run file; all-linear is all")
    private List<String> targets = List.of();

    @Option(names = "--classes", description = "outputs of a new head that is trained and sent")
    private Optional<Integer> classes = Optional.empty();

    @Option(names = "--density", description = "share of the values sent, up and down")
    private Optional<Double> density = Optional.empty();

    @Option(names = "--values", description = "how they are written: fp32, bf16, int8, int4")
    private Optional<String> values = Optional.empty();

    @Option(names = "--basis-values", description = "how the basis is written: fp32, bf16")
    private Optional<String> basisValues = Optional.empty();

    @Option(
            names = "--against",
            split = ",",
            paramLabel = "METHOD[:RANK]",
            description = "the methods to compare with; all of them at the same rank")
    private List<String> against = List.of();

    @Option(names = "--json", description = "one JSON object on standard output")
    private boolean json;

    private final PrintStream out;

    /**
     * The command.
     *
     * @param out gets the table or the object
     */
    public TrafficCommand(PrintStream out) {
        this.out = out;
    }

    @Override
    public Integer call() {
        Optional<RunFile> run = file.map(RunFileReader::read);
        TrafficPlan plan = plan(run);
        ExchangeMethod asked =
                run.filter(own -> method.isEmpty())
                        .map(ExchangeMethod::of)
                        .orElseGet(() -> ExchangeMethod.named(plan.method()));
        Forecast own = plan.forecast(asked, plan.rank());
        TrafficReport report = new TrafficReport(plan, own, others(plan, asked));
        if (json) {
            out.println(report.toJson());
        } else {
            report.lines().forEach(out::println);
        }
        return 0;
    }

    private TrafficPlan plan(Optional<RunFile> run) {
        if (run.isEmpty() && model.isEmpty()) {
            throw new IllegalArgumentException(
                    "nothing to forecast: name a RUN.yaml, or a shape by --model and a method by"
                            + " --method");
        }
        TrafficPlan start = run.map(TrafficPlan::of).orElseGet(this::bare);
        return new TrafficPlan(
                model.map(ModelShapes::find).orElse(start.model()),
                method.orElse(start.method()),
                rank.orElse(start.rank()),
                rank.isPresent() ? List.of() : start.ranks(),
                clients.orElse(start.clients()),
                rounds.orElse(start.rounds()),
                targets.isEmpty() ? start.targets() : targets,
                classes.orElse(start.classes()),
                coding(start.coding()));
    }

    private Coding coding(Coding start) {
        return new Coding(
                asked(start.upload()),
                asked(start.download()),
                basisValues
                        .map(word -> written("--basis-values", word, Values.FP32, Values.BF16))
                        .map(start.bases()::with)
                        .orElse(start.bases()));
    }

    private Way asked(Way start) {
        OptionalDouble given = density.map(OptionalDouble::of).orElse(start.density());
        return new Way(
                values.map(word -> written("--values", word, Values.values()))
                        .orElse(start.values()),
                given);
    }

    private TrafficPlan bare() {
        Way whole = new Way(Values.FP32, OptionalDouble.empty());
        return new TrafficPlan(
                ModelShapes.find(model.orElseThrow()),
                method.orElse("fed-sb"),
                16,
                List.of(),
                10,
                10,
                List.of(ModelShape.ALL),
                0,
                new Coding(whole, whole, Bases.once(Values.FP32)));
    }

    private static Values written(String option, String word, Values... available) {
        List<String> words = Arrays.stream(available).map(Values::key).toList();
        if (!words.contains(word)) {
            throw new IllegalArgumentException(
                    "unknown values: " + option + "=" + word + ", available=" + words);
        }
        return available[words.indexOf(word)];
    }

    private List<Forecast> others(TrafficPlan plan, ExchangeMethod asked) {
        List<Forecast> others = new ArrayList<>();
        if (against.isEmpty()) {
            for (ExchangeMethod other : ExchangeMethod.all()) {
                if (!other.name().equals(asked.name())) {
                    others.add(plan.forecast(other, plan.rank()));
                }
            }
        }
        for (String other : against) {
            int colon = other.indexOf(':');
            String name = colon < 0 ? other : other.substring(0, colon);
            int itsRank = colon < 0 ? plan.rank() : number(other.substring(colon + 1));
            others.add(plan.forecast(ExchangeMethod.named(name), itsRank));
        }
        return others;
    }

    private static int number(String digits) {
        if (!digits.matches("[0-9]{1,5}")) {
            throw new IllegalArgumentException(
                    "not a rank: --against=" + digits + ", bound=1..99999");
        }
        return Integer.parseInt(digits);
    }
}
