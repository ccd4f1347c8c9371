package dev.gossamer.client.privacy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.gossamer.client.command.Surroundings;
import dev.gossamer.client.node.ExamplePrivacy;
import dev.gossamer.privacy.accountant.RdpAccountant;
import dev.gossamer.protocols.run.RunFile;
import dev.gossamer.protocols.run.RunFileReader;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;

/** {@code privacy forecast}: what a run will cost a data owner, before anybody joins. */
@Command(
        name = "forecast",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "What a run will cost each data owner, before anybody joins.")
public final class ForecastCommand implements Callable<Integer> {
    @Parameters(paramLabel = "RUN.yaml")
    private Path file;

    @Option(
            names = "--rows",
            required = true,
            split = ",",
            paramLabel = "N",
            description = "rows that an owner trains on; several owners with commas between them")
    private List<Integer> rows;

    @Option(names = "--json", description = "one JSON object on standard output")
    private boolean json;

    private final Surroundings surroundings;

    /** The command. */
    public ForecastCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        RunFile run = RunFileReader.read(file);
        ObjectNode answer =
                JsonNodeFactory.instance.objectNode().put("mode", run.privacy().mode().key());
        for (int each : rows) {
            ExamplePrivacy promise =
                    ExamplePrivacy.of(run, each).orElseThrow(() -> nothingPromised(run));
            answer.withArray("owners").add(node(promise, each));
            if (!json) {
                tell(promise, each);
            }
        }
        if (json) {
            surroundings.out().println(answer);
        }
        return 0;
    }

    private IllegalArgumentException nothingPromised(RunFile run) {
        return new IllegalArgumentException(
                "run promises nothing to rows: key=privacy.mode, value="
                        + run.privacy().mode().key()
                        + ", file="
                        + file);
    }

    private static ObjectNode node(ExamplePrivacy promise, int rows) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("rows", rows)
                .put("epsilon", promise.spent().epsilon())
                .put("epsilonByRdp", byRdp(promise))
                .put("delta", promise.spent().delta())
                .put("adjacency", promise.spent().adjacency().key())
                .put("noiseMultiplier", promise.noiseMultiplier())
                .put("clipBound", promise.bound())
                .put("samplingRate", promise.sampling().rateCharged())
                .put("steps", (long) promise.steps() * promise.rounds());
    }

    private static double byRdp(ExamplePrivacy promise) {
        return RdpAccountant.of(ExamplePrivacy.ADJACENCY)
                .epsilon(promise.whole(), promise.spent().delta())
                .value();
    }

    private void tell(ExamplePrivacy promise, int rows) {
        line("rows", "%d", rows);
        line("epsilon", "%s by pld", Upwards.of(promise.spent().epsilon()));
        line("", "%s by rdp", Upwards.of(byRdp(promise)));
        line("delta", "%.3g", promise.spent().delta());
        line("adjacency", "%s: a row is there, or it is not", promise.spent().adjacency().key());
        line(
                "noise",
                "%.4g times the clip bound of %s, in each of %d steps (%d rounds of %d)",
                promise.noiseMultiplier(),
                promise.bound(),
                (long) promise.steps() * promise.rounds(),
                promise.rounds(),
                promise.steps());
        line(
                "sampling",
                "%s",
                promise.sampling().rateCharged() < 1
                        ? "each row with probability %.4g, by coins that only the owner knows"
                                .formatted(promise.sampling().rateCharged())
                        : "every row in every step");
        line(
                "not covered",
                "%s",
                "how many rows there are, rows of one person in several places, and runs before");
    }

    private void line(String name, String form, Object... values) {
        String text = String.format(Locale.ROOT, form, values);
        surroundings.out().println(String.format(Locale.ROOT, "%-11s %s", name, text));
    }
}
