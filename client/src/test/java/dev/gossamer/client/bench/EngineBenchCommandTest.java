package dev.gossamer.client.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.gossamer.client.command.Surroundings;
import dev.gossamer.protocols.command.CommandRoot;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

class EngineBenchCommandTest {
    private static final Path MODEL = Path.of("src/test/resources/golden/models/bert-sequence");

    /** Two layers of four 32 × 32 maps, and two of 32 × 48. */
    private static final double WEIGHTS = 2 * (4 * 32 * 32 + 2 * 32 * 48);

    @TempDir Path folder;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream told = new ByteArrayOutputStream();
    private final StringWriter errors = new StringWriter();

    private Surroundings surroundings() {
        return new Surroundings(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(told, true, StandardCharsets.UTF_8),
                false,
                () -> 0);
    }

    private int types(String... words) {
        Object[] commands = {BenchCommand.of(surroundings())};
        String[] all =
                Stream.concat(Stream.of("bench", "engine"), Stream.of(words))
                        .toArray(String[]::new);
        return CommandRoot.run(new PrintWriter(errors, true), commands, all);
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String told() {
        return told.toString(StandardCharsets.UTF_8);
    }

    @Test
    void ownBase_json_isOneRecordWhoseNumbersFitTogether() throws IOException {
        int code =
                types(
                        "--base",
                        MODEL.toString(),
                        "--rows",
                        "3",
                        "--length",
                        "5",
                        "--rank",
                        "2",
                        "--threads",
                        "1",
                        "--steps",
                        "1",
                        "--private",
                        "--json");

        assertEquals(0, code, errors + told());
        JsonNode records = new ObjectMapper().readTree(out());
        assertEquals(1, records.size());
        JsonNode record = records.get(0);
        assertEquals("bert-sequence-lora-sb-private-3x5", record.get("case").asText());
        double tokens = record.get("tokensPerSecond").asDouble();
        double step = record.get("stepGflops").asDouble();
        assertTrue(tokens > 0);
        assertEquals(4 * WEIGHTS * tokens / 1e9, step, 0.006);
        assertTrue(record.get("gemmGflops").asDouble() > 0);
        assertEquals(
                step / record.get("gemmGflops").asDouble(), record.get("share").asDouble(), 0.02);
        long peak = record.get("peakBytes").asLong();
        assertTrue(peak == ProcessMemory.UNKNOWN || peak > record.get("offHeapBytes").asLong());
        assertTrue(record.get("activationBytes").asLong() > 0);
        assertEquals(1, record.get("threads").asInt());
    }

    @Test
    void unknownCase_refusedWithTheList() {
        int code = types("--case", "nothing");

        assertEquals(2, code);
        assertTrue(errors.toString().contains("unknown case: --case=nothing, one of=["));
        assertTrue(errors.toString().contains("minilm-lora-sb-private-16x32-bf16"));
        assertEquals("", out());
    }

    @Test
    void sizesBelowOne_refused() {
        assertEquals(2, types("--base", MODEL.toString(), "--rows", "0"));
        assertTrue(errors.toString().contains("out of range: --rows=0, bound=1"));
        assertEquals(2, types("--threads", "-1"));
        assertTrue(errors.toString().contains("--threads=-1"));
        assertEquals(2, types("--steps", "-1"));
        assertTrue(errors.toString().contains("--steps=-1"));
        assertEquals(2, types("--base", MODEL.toString(), "--adapter", "dora"));
        assertTrue(errors.toString().contains("--adapter=dora, one of=[lora, lora-sb]"));
    }

    @Test
    void unreadableBase_failsWithTheReason() throws IOException {
        Files.copy(MODEL.resolve("config.json"), folder.resolve("config.json"));
        Files.writeString(folder.resolve("model.safetensors"), "nothing");

        int code = types("--base", folder.toString(), "--json");

        assertEquals(1, code);
        assertTrue(told().contains("model.safetensors"), told());
        assertEquals(1, told().lines().count(), told());
        assertEquals("", out());
    }

    @Test
    void list_namesEachCaseOnce() {
        assertEquals(0, types("--list"));

        List<String> names = out().lines().toList();
        assertEquals(names.size(), names.stream().distinct().count());
        assertTrue(
                names.containsAll(
                        List.of(
                                "minilm-lora-sb-16x128",
                                "minilm-lora-16x128",
                                "minilm-lora-sb-private-16x128",
                                "minilm-lora-sb-wordnet",
                                "minilm-lora-sb-wordnet-bf16",
                                "minilm-lora-sb-16x32-bf16",
                                "bertbase-lora-sb-16x128",
                                "smollm2-lora-sb-4x128",
                                "smollm2-lora-sb-blocks-4x128",
                                "minilm-lora-sb-int8-16x128",
                                "minilm-cohort-16x4x16",
                                "minilm-load",
                                "smollm2-generate")));
    }

    /** A process that prints its one word. */
    private static Process echo(List<String> words) {
        try {
            return new ProcessBuilder("echo", words.getFirst()).start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private int printed(boolean json, String... records) {
        List<String> all = List.of(records);
        List<BenchCase> cases = BenchCases.list().subList(0, records.length);
        return new CaseProcesses(surroundings(), json, EngineBenchCommandTest::echo)
                .run(cases, each -> List.of(all.get(cases.indexOf(each))));
    }

    @Test
    void refusedCase_isToldAndLeftOut() throws IOException {
        int code =
                printed(
                        true,
                        "{\"case\": \"a\", \"refused\": \"no such storage\"}",
                        "{\"case\": \"b\", \"peakBytes\": -1}");

        assertEquals(0, code);
        JsonNode records = new ObjectMapper().readTree(out());
        assertEquals(1, records.size());
        assertEquals("b", records.get(0).get("case").asText());
        assertTrue(
                told().contains(
                                "left out: "
                                        + BenchCases.list().get(0).name()
                                        + ": no such storage"));
        assertTrue(told().contains("peak memory is unknown"), told());
    }

    @Test
    void table_hasALineForEachCase() {
        int code =
                printed(
                        false,
                        "{\"case\": \"a\", \"tokensPerSecond\": 1234.4, \"stepGflops\": 160.2,"
                            + " \"gemmGflops\": 200.9, \"share\": 0.797, \"stepMillis\": 512.31,"
                            + " \"peakBytes\": 490000000}",
                        "{\"case\": \"b\", \"tokensPerSecond\": 30, \"bandwidthShare\": 0.6}");

        assertEquals(0, code);
        List<String> lines = out().lines().toList();
        assertEquals(3, lines.size());
        assertTrue(lines.get(0).startsWith("CASE "));
        assertEquals("a 1234 160 201 79.7% 512.3 490", lines.get(1).replaceAll(" +", " "));
        assertEquals("b 30 bandwidthShare 0.6", lines.get(2).replaceAll(" +", " "));
    }
}
