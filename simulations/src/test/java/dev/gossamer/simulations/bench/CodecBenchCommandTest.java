package dev.gossamer.simulations.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.gossamer.protocols.command.CommandRoot;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;

class CodecBenchCommandTest {
    private final StringWriter err = new StringWriter();
    private long nanos;

    /** Every look at the clock is a microsecond after the last, so that rates are known. */
    private String run(int exit, String... words) {
        PrintStream before = System.out;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        try {
            Object[] commands = {BenchCommand.of(() -> nanos += 1000)};
            assertEquals(exit, CommandRoot.run(new PrintWriter(err, true), commands, words));
        } finally {
            System.setOut(before);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void codec_json_hasARecordOfEachCaseWithItsBaselines() throws IOException {
        String out =
                run(
                        0,
                        "bench",
                        "codec",
                        "--json",
                        "--values",
                        "1000",
                        "--seconds",
                        "0",
                        "--memory-clients",
                        "3",
                        "--memory-values",
                        "2000000");

        JsonNode records = new ObjectMapper().readTree(out);
        assertEquals(2 + CodecCase.list().size() + 1, records.size());
        JsonNode server = records.get(records.size() - 1);
        assertEquals("server-memory", server.get("case").textValue());
        assertEquals(8_000_000, server.get("updateBytes").intValue());
        assertTrue(server.get("peakBytes").longValue() != 0);
        assertEquals("copy", records.get(0).get("case").textValue());
        assertEquals("sort", records.get(1).get("case").textValue());
        assertEquals(4_000_000_000L, records.get(1).get("bytesPerSecond").longValue());
        JsonNode dense = records.get(2);
        assertEquals("dense-fp32", dense.get("case").textValue());
        assertEquals(4000, dense.get("denseBytes").intValue());
        assertEquals(4024, dense.get("messageBytes").intValue());
        assertEquals(4_000_000_000L, dense.get("encodeBytesPerSecond").longValue());
        assertEquals(2_000_000_000L, dense.get("bothBytesPerSecond").longValue());
        assertEquals(4_000_000_000L, dense.get("addBytesPerSecond").longValue());
        assertEquals(0.5, dense.get("againstCopy").doubleValue());
        assertEquals(0.5, dense.get("againstSort").doubleValue());
    }

    @Test
    void codec_table_hasALineForEachCase() {
        String out =
                run(
                        0,
                        "bench",
                        "codec",
                        "--values",
                        "1000",
                        "--seconds",
                        "0",
                        "--memory-clients",
                        "0");

        assertEquals(2 + CodecCase.list().size(), out.lines().count());
        assertTrue(out.contains("top-k-0.1-fp32-zstd "), out);
    }

    @Test
    void codec_optionOutOfRange_isWrongUsage() {
        assertEquals("", run(2, "bench", "codec", "--values", "1"));
        assertEquals(
                "gossamer: out of range: --values=1, bound=2..67108864", err.toString().strip());
        assertEquals("", run(2, "bench", "codec", "--seconds", "NaN"));
    }
}
