package dev.gossamer.simulations.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.LongSupplier;

/** {@code bench privacy}: noise on one core, against its baselines. */
@Command(
        name = "privacy",
        mixinStandardHelpOptions = true,
        description = "Measures what privacy costs on one core.",
        footer = {"", "The fields: docs/privacy-mechanisms.md."})
public final class PrivacyBenchCommand implements Callable<Integer> {
    @Option(names = "--json", description = "one JSON object instead of lines")
    private boolean json;

    @Option(
            names = "--seconds",
            defaultValue = "0.3",
            paramLabel = "S",
            description = "to measure each rate for, at most 60; 0.3 if not given")
    private double seconds;

    private final LongSupplier cpuNanos;

    /** Measures by {@code cpuNanos}, the time that the calling thread has had a core. */
    PrivacyBenchCommand(LongSupplier cpuNanos) {
        this.cpuNanos = cpuNanos;
    }

    private static List<PrivacyMeasurement> measurements() {
        return List.of(new NoiseMeasurement());
    }

    @Override
    public Integer call() {
        Stopwatch stopwatch = new Stopwatch(cpuNanos, seconds);
        ObjectNode record = JsonNodeFactory.instance.objectNode();
        measurements().forEach(each -> each.measure(stopwatch, record));
        System.out.print(json ? record.toPrettyString() + System.lineSeparator() : lines(record));
        return 0;
    }

    /** A line for each number, and for each case of a list. */
    private static String lines(ObjectNode record) {
        StringBuilder lines = new StringBuilder();
        record.properties()
                .forEach(
                        field -> {
                            if (field.getValue().isArray()) {
                                field.getValue().forEach(each -> addCase(lines, each));
                            } else {
                                add(lines, field.getKey(), field.getValue());
                            }
                        });
        return lines.toString();
    }

    private static void add(StringBuilder lines, String name, JsonNode value) {
        lines.append(String.format(Locale.ROOT, "%-28s %,14d%n", name, value.longValue()));
    }

    private static void addCase(StringBuilder lines, JsonNode each) {
        lines.append("   ");
        each.properties()
                .forEach(
                        field ->
                                lines.append(
                                        String.format(
                                                Locale.ROOT,
                                                " %s=%.4g",
                                                field.getKey(),
                                                field.getValue().doubleValue())));
        lines.append(System.lineSeparator());
    }
}
