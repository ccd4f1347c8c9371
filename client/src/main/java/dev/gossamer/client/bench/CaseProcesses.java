package dev.gossamer.client.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;

import dev.gossamer.client.command.Surroundings;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** Runs cases, each in a process of its own, and prints what they came to. */
final class CaseProcesses {
    /** The field of a record that has nothing but the reason why the engine refused the case. */
    static final String REFUSED = "refused";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final double MEGA = 1e6;

    private final Surroundings surroundings;
    private final boolean json;
    private final Function<List<String>, Process> starter;

    /** Processes of this Java. */
    CaseProcesses(Surroundings surroundings, boolean json) {
        this(surroundings, json, ThisJava::start);
    }

    /** Processes that {@code starter} makes of their words. */
    CaseProcesses(
            Surroundings surroundings, boolean json, Function<List<String>, Process> starter) {
        this.surroundings = surroundings;
        this.json = json;
        this.starter = starter;
    }

    /**
     * Runs all; the exit code.
     *
     * @param words what the process of a case is told
     */
    int run(List<BenchCase> cases, Function<BenchCase, List<String>> words) {
        ArrayNode records = JSON.createArrayNode();
        if (!json) {
            row("CASE", "TOKENS/S", "STEP GF/S", "GEMM GF/S", "SHARE", "STEP ms", "PEAK MB", "");
        }
        for (BenchCase each : cases) {
            Ended ended = ended(words.apply(each));
            if (ended.code() != 0) {
                surroundings.err().println(ended.error());
                return ended.code();
            }
            JsonNode record = ended.record();
            unknownMemory(record);
            if (record.has(REFUSED)) {
                surroundings
                        .err()
                        .println("left out: " + each.name() + ": " + record.get(REFUSED).asText());
                continue;
            }
            records.add(record);
            if (!json) {
                print(record);
            }
        }
        if (json) {
            surroundings.out().println(records.toPrettyString());
        }
        return 0;
    }

    private void unknownMemory(JsonNode record) {
        if (record.path("peakBytes").asLong() == ProcessMemory.UNKNOWN) {
            surroundings
                    .err()
                    .println("peak memory is unknown: this system does not tell it, peakBytes=-1");
        }
    }

    private record Ended(int code, JsonNode record, String error) {}

    private Ended ended(List<String> words) {
        Process process = starter.apply(words);
        try {
            StringBuilder error = new StringBuilder();
            Thread errors = Thread.ofVirtual().start(() -> keep(process.errorReader(), error));
            String out =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int code = process.waitFor();
            errors.join();
            return new Ended(code, JSON.readTree(out), error.toString().strip());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a case printed no record: words=" + words, e);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read a case's record: words=" + words, e);
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while measuring", e);
        }
    }

    /** Keeps what is said of failures, not what the JVM warns of. */
    private static void keep(BufferedReader lines, StringBuilder kept) {
        lines.lines()
                .filter(line -> !line.startsWith("WARNING: "))
                .forEach(line -> kept.append(line).append('\n'));
    }

    private void print(JsonNode r) {
        row(
                r.get("case").asText(),
                number(r, "tokensPerSecond", 1, "%.0f"),
                number(r, "stepGflops", 1, "%.0f"),
                number(r, "gemmGflops", 1, "%.0f"),
                number(r, "share", 100, "%.1f%%"),
                number(r, "stepMillis", 1, "%.1f"),
                number(r, "peakBytes", 1 / MEGA, "%.0f"),
                special(r));
    }

    private static String special(JsonNode r) {
        StringBuilder special = new StringBuilder();
        for (String field : List.of("speedup", "againstPlain", "loadSeconds", "bandwidthShare")) {
            if (r.has(field)) {
                special.append(field).append(' ').append(r.get(field).asText());
            }
        }
        return special.toString();
    }

    private static String number(JsonNode r, String field, double factor, String form) {
        return r.has(field)
                ? String.format(Locale.ROOT, form, factor * r.get(field).asDouble())
                : "";
    }

    private void row(Object... cells) {
        String line = String.format(Locale.ROOT, "%-38s %9s %9s %9s %6s %9s %8s  %s", cells);
        surroundings.out().println(line.stripTrailing());
        surroundings.out().flush();
    }
}
