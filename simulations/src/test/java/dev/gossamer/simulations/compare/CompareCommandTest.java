package dev.gossamer.simulations.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.gossamer.protocols.command.CommandRoot;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The whole command on two methods, two clients and rows of eight tokens. */
class CompareCommandTest {
    private static final String BASE =
            """
            name: tiny
            model: {base: minilm-l6}
            data: {set: wordnet-nouns, classes: [person, plant], max-tokens: 8}
            adapter: {method: fed-sb, rank: 2, targets: [query]}
            basis: {rows: 8, sample: public-sample}
            train: {local-steps: 1, batch-size: 4}
            rounds: {count: 1, cohort: 2, minimum: 1}
            evaluation: {every: 1, public-test: wordnet-test}
            simulate: {clients: 2, source: wordnet-nouns, partition: {dirichlet: 1.0}}
            """;

    private static final String COMPARISON =
            """
            name: two methods
            base: base.yaml
            run: {rounds: {count: 2}}
            rows: {validation: 100, test: 100}
            sweep: {seed: 9, rates: [1e-3, 1e-2]}
            seeds: [1, 2]
            arms:
              - {label: fed-sb, run: {adapter: {method: fed-sb}}}
              - {label: fedit, run: {adapter: {method: fedit, rank: 1}}, rates: [5e-3]}
            assertions:
              - {better: fed-sb, than: fedit, by: aggregation-error}
            """;

    /** Two rates and two seeds of the one, and two seeds of the other. */
    private static final int CELLS = 2 + 2 + 2;

    @TempDir private static Path shared;
    private static Ended whole;

    @TempDir private Path folder;
    private Path out;

    /** How a command ended, and what it said. */
    private record Ended(int code, String out, String progress, String err) {}

    @BeforeAll
    static void runOnce() throws IOException {
        Files.writeString(shared.resolve("base.yaml"), BASE);
        whole = compare(shared, COMPARISON, "--json");
    }

    @BeforeEach
    void writeBase() throws IOException {
        Files.writeString(folder.resolve("base.yaml"), BASE);
        out = folder.resolve("out");
    }

    /** Leaves the log of the whole comparison where it is found. */
    private Path copiedLog() throws IOException {
        Files.createDirectories(out);
        return Files.copy(shared.resolve("out/cells.jsonl"), out.resolve("cells.jsonl"));
    }

    private Ended compare(String comparison, String... more) throws IOException {
        return compare(folder, comparison, more);
    }

    private static Ended compare(Path folder, String comparison, String... more)
            throws IOException {
        Path file = Files.writeString(folder.resolve("comparison.yaml"), comparison);
        List<String> words = new ArrayList<>(List.of("compare", file.toString(), "--out"));
        words.add(folder.resolve("out").toString());
        words.addAll(Arrays.asList(more));
        ByteArrayOutputStream print = new ByteArrayOutputStream();
        ByteArrayOutputStream progress = new ByteArrayOutputStream();
        StringWriter err = new StringWriter();
        int code =
                CommandRoot.run(
                        new PrintWriter(err, true),
                        new Object[] {new CompareCommand(stream(print), stream(progress), () -> 0)},
                        words.toArray(String[]::new));
        return new Ended(code, text(print), text(progress), err.toString());
    }

    private static PrintStream stream(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }

    private static String text(ByteArrayOutputStream bytes) {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static JsonNode json(String text) throws IOException {
        return new ObjectMapper().readTree(text);
    }

    @Test
    void compare_twoMethods_runsEachCellOnceAndLeavesItsFiles() throws IOException {
        Path left = shared.resolve("out");

        assertEquals("", whole.err());
        assertEquals(0, whole.code());
        assertEquals(CELLS, whole.progress().lines().count());
        assertEquals(CELLS, Files.readAllLines(left.resolve("cells.jsonl")).size());
        assertEquals(json(whole.out()), json(Files.readString(left.resolve("results.json"))));
        assertTrue(Files.readString(left.resolve("results.svg")).startsWith("<svg xmlns="));
        List<String> table = Files.readAllLines(left.resolve("results.md"));
        assertTrue(table.get(2).startsWith("| fed-sb | 794 | 794 | "), table.get(2));
        assertTrue(table.getLast().startsWith("- holds: fed-sb at most"), table.getLast());
        assertFalse(Files.exists(left.resolve("work")));
    }

    @Test
    void compare_twoMethods_tellsWhatEachReachesAndSends() throws IOException {
        JsonNode arms = json(whole.out()).path("arms");

        assertEquals(2, arms.size());
        JsonNode fedSb = arms.get(0);
        JsonNode fedIt = arms.get(1);
        assertEquals(6 * 4 + 2 * 384 + 2, fedSb.path("parametersUp").intValue());
        assertEquals(6 * 768 + 2 * 384 + 2, fedIt.path("parametersUp").intValue());
        assertTrue(fedSb.path("bytesOneOff").intValue() > 4 * 6 * 2 * 768, fedSb.toString());
        assertTrue(fedIt.path("bytesOneOff").intValue() < 100, fedIt.toString());
        assertTrue(fedIt.path("bytesUp").intValue() > 2 * 4 * 5378, fedIt.toString());
        assertEquals(0, fedSb.path("aggregationError").doubleValue());
        assertTrue(fedIt.path("aggregationError").doubleValue() > 1e-3, fedIt.toString());
        for (JsonNode arm : arms) {
            assertEquals(2, arm.path("values").size());
            assertTrue(arm.path("mean").doubleValue() > 0.4, arm.toString());
        }
    }

    /** Torn within its last line, a log is good for all before it; whole, for everything. */
    @Test
    void compare_stoppedAndAgain_goesOnAndThenOnlyPrints() throws IOException {
        Path log = copiedLog();
        String lines = Files.readString(log);
        Files.writeString(log, lines.substring(0, lines.length() - 20));

        Ended second = compare(COMPARISON, "--json");
        Ended third = compare(COMPARISON, "--json");

        assertEquals(1, second.progress().lines().count(), second.progress());
        assertEquals("", third.progress());
        assertEquals(lines, Files.readString(log));
        assertEquals(whole.out(), second.out());
        assertEquals(whole.out(), third.out());
    }

    @Test
    void compare_someArms_tellsOfThoseAlone() throws IOException {
        copiedLog();

        Ended ended = compare(COMPARISON, "--arms", "fedit");

        assertEquals(0, ended.code(), ended.err());
        assertEquals("", ended.progress());
        assertTrue(ended.out().contains("| fedit | "), ended.out());
        assertFalse(ended.out().contains("fed-sb"), ended.out());
    }

    @Test
    void compare_assertionThatDoesNotHold_exitsWithOne() throws IOException {
        copiedLog();

        Ended ended = compare(COMPARISON.replace("fed-sb, than: fedit", "fedit, than: fed-sb"));

        assertEquals(1, ended.code());
        assertEquals("", ended.progress());
        assertEquals("", ended.err());
        assertTrue(ended.out().contains("- does not hold: fedit at most that of fed-sb"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "seed: 9 | seed: 1 | a rate is chosen by the coins that it is scored by",
                "label: fedit | label: fed-sb | one twice: key=arms, values=[fed-sb, fed-sb]",
                "than: fedit | than: fedex | no such arm: label=fedex, arms=[fed-sb, fedit]",
                "than: fedit | than: fed-sb | an arm against itself: better=fed-sb",
                "rank: 1 | rnk: 1 | arm=fedit: unknown key: key=adapter.rnk, did you mean rank?",
                "method: fedit | method: fedt | arm=fedit: unknown method: key=adapter.method",
                "rates: [5e-3] | rates: [x] | wrong type: key=arms[1].rates, value=x, expected",
                "rates: [5e-3] | rates: [0] | out of range: rate=0.0, bound=above 0",
                "rates: [5e-3] | rates: [] | an arm needs rates that differ: label=fedit",
                "rates: [5e-3] | rats: [5e-3] | unknown key: key=arms[1].rats, did you mean rates",
                "label: fedit | label: '' | not a label: label=",
                "by: agg | by: gag | unknown word: key=assertions[0].by, value=gagregation-error",
                "validation: 100 | validation: 0 | out of range: key=rows.validation, value=0",
                "seeds: [1, 2] | seeds: [] | nothing to compare: arms=2, seeds=0",
                "base: base.yaml | base: none.yaml | run file cannot be read: path=",
                "name: two methods | nam: x | unknown key: key=nam, did you mean name?",
            })
    void compare_badFile_isRefusedInOneLineAndLeavesNoFolder(String from, String to, String problem)
            throws IOException {
        assertTrue(COMPARISON.contains(from), from);

        Ended ended = compare(COMPARISON.replace(from, to));

        assertEquals(2, ended.code(), ended.err());
        assertTrue(ended.err().startsWith("gossamer: " + problem), ended.err());
        assertEquals(1, ended.err().lines().count(), ended.err());
        assertFalse(Files.exists(out));
    }

    @Test
    void compare_baseWithoutATest_isRefused() throws IOException {
        Files.writeString(folder.resolve("base.yaml"), BASE.replace(": wordnet-test", ": none"));

        Ended ended = compare(COMPARISON);

        assertEquals(2, ended.code());
        assertTrue(
                ended.err()
                        .startsWith(
                                "gossamer: arm=fed-sb: there is no test to compare by:"
                                        + " key=evaluation.public-test, value=none"),
                ended.err());
    }

    @Test
    void compare_anotherLog_isNamed() throws IOException {
        Files.createDirectories(out);
        Files.writeString(out.resolve("cells.jsonl"), "{\"round\": 1}\n");

        Ended ended = compare(COMPARISON);

        assertEquals(2, ended.code());
        assertTrue(ended.err().contains("log of another kind: path="), ended.err());
        assertTrue(ended.err().contains("line=1"), ended.err());
    }

    @Test
    void compare_rankThatDoesNotFit_namesTheArm() throws IOException {
        Ended ended = compare(COMPARISON.replace("rank: 1", "rank: 500"));

        assertEquals(2, ended.code());
        assertTrue(
                ended.err()
                        .startsWith(
                                "gossamer: arm=fedit: rank is larger than a side of the matrix"),
                ended.err());
        assertFalse(Files.exists(out.resolve("work")));
    }
}
