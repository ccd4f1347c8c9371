package dev.gossamer.simulations.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.gossamer.simulations.bench.CodecMeasurement.Result;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.LongSupplier;

/** {@code bench codec}: updates as bytes and back, and into the ring, on one core. */
@Command(
        name = "codec",
        mixinStandardHelpOptions = true,
        description = "Measures encoding, decoding and adding of updates on one core.",
        footer = {"", "The columns: docs/benchmarks.md."})
public final class CodecBenchCommand implements Callable<Integer> {
    private static final double MEGA = 1e6;
    static final int MOST = 1 << 26;

    @Option(names = "--json", description = "one JSON array instead of a table")
    private boolean json;

    @Option(
            names = "--values",
            defaultValue = "4194304",
            paramLabel = "N",
            description = "of the update, 2 to 67108864; 4194304 if not given")
    private int values;

    @Option(
            names = "--seconds",
            defaultValue = "0.3",
            paramLabel = "S",
            description = "to measure each rate for, at most 60; 0.3 if not given")
    private double seconds;

    @Option(
            names = "--memory-clients",
            split = ",",
            defaultValue = "10,100",
            paramLabel = "N",
            description = "how many report to a server whose memory is measured, 0 for no server")
    private List<Integer> memoryClients;

    @Option(
            names = "--memory-values",
            defaultValue = "25000000",
            paramLabel = "N",
            description = "of an update to that server; 25000000 if not given, 100 MB")
    private int memoryValues;

    private final LongSupplier cpuNanos;

    /** Measures by {@code cpuNanos}, the time that the calling thread has had a core. */
    CodecBenchCommand(LongSupplier cpuNanos) {
        this.cpuNanos = cpuNanos;
    }

    @Override
    public Integer call() {
        if (values < 2 || values > MOST) {
            throw new IllegalArgumentException(
                    "out of range: --values=" + values + ", bound=2.." + MOST);
        }
        CodecMeasurement measurement =
                new CodecMeasurement(new Stopwatch(cpuNanos, seconds), values);
        List<Result> results = CodecCase.list().stream().map(measurement::measure).toList();
        List<JsonNode> memory =
                memoryClients.stream()
                        .filter(clients -> clients > 0)
                        .map(clients -> ServerMemoryProcess.measure(clients, memoryValues))
                        .toList();
        if (json) {
            ArrayNode array = array(measurement, results);
            memory.forEach(array::add);
            System.out.println(array.toPrettyString());
        } else {
            print(measurement, results);
            memory.forEach(CodecBenchCommand::print);
        }
        return 0;
    }

    private static void print(JsonNode memory) {
        System.out.printf(
                Locale.ROOT,
                "server, %d clients, updates of %.0f MB: %.0f MB resident at most%n",
                memory.get("clients").intValue(),
                memory.get("updateBytes").longValue() / MEGA,
                memory.get("peakBytes").longValue() / MEGA);
    }

    private static ArrayNode array(CodecMeasurement measurement, List<Result> results) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        baseline(array, "copy", measurement.copyRate());
        baseline(array, "sort", measurement.sortRate());
        for (Result result : results) {
            ObjectNode node = array.addObject();
            node.put("case", result.name());
            node.put("denseBytes", (long) measurement.denseBytes());
            node.put("messageBytes", result.messageBytes());
            node.put("encodeBytesPerSecond", Math.round(result.encodeRate()));
            node.put("decodeBytesPerSecond", Math.round(result.decodeRate()));
            node.put("bothBytesPerSecond", Math.round(result.bothRate()));
            node.put("addBytesPerSecond", Math.round(result.addRate()));
            node.put("againstCopy", result.againstCopy());
            node.put("againstSort", result.againstSort());
        }
        return array;
    }

    private static void baseline(ArrayNode array, String name, double rate) {
        array.addObject().put("case", name).put("bytesPerSecond", Math.round(rate));
    }

    private static void print(CodecMeasurement measurement, List<Result> results) {
        System.out.printf(
                Locale.ROOT,
                "copy %.0f MB/s, sort %.0f MB/s%n",
                measurement.copyRate() / MEGA,
                measurement.sortRate() / MEGA);
        System.out.printf(
                "%-27s %8s %8s %8s %8s %8s %8s %8s%n",
                "CASE", "SMALLER", "ENCODE", "DECODE", "BOTH", "ADD", "OF COPY", "OF SORT");
        for (Result result : results) {
            System.out.printf(
                    Locale.ROOT,
                    "%-27s %8.2f %8.0f %8.0f %8.0f %8.0f %8.3f %8.2f%n",
                    result.name(),
                    measurement.denseBytes() / result.messageBytes(),
                    result.encodeRate() / MEGA,
                    result.decodeRate() / MEGA,
                    result.bothRate() / MEGA,
                    result.addRate() / MEGA,
                    result.againstCopy(),
                    result.againstSort());
        }
    }
}
