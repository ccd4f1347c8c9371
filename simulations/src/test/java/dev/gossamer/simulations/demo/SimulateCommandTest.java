package dev.gossamer.simulations.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.gossamer.protocols.adapter.AdapterCodec;
import dev.gossamer.protocols.run.RunFileReader;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import picocli.CommandLine;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The whole command on a run of two rounds, with rows of eight tokens. */
class SimulateCommandTest {
    private static final String RUN =
            """
            name: tiny
            model: {base: minilm-l6}
            data: {set: wordnet-nouns, classes: [person, plant], max-tokens: 8}
            adapter: {method: fed-sb, rank: 2, targets: [query]}
            basis: {rows: 8, sample: public-sample}
            train: {local-steps: 1, batch-size: 4}
            rounds: {count: 2, cohort: 2, minimum: 1}
            evaluation: {every: 1, public-test: wordnet-test}
            simulate: {clients: 2, source: wordnet-nouns, partition: {dirichlet: 1.0}}
            """;

    /** A decoder of random weights, which has everything to learn. */
    private static final String DECODER =
            """
            name: tiny-decoder
            task: causal-lm
            model: {base: src/test/resources/tiny-llama}
            data: {set: wordnet-definitions, max-tokens: 48}
            adapter: {method: fed-sb, rank: 2, targets: [gate, q_proj]}
            basis: {rows: 8, sample: public-sample}
            train: {local-steps: 4, batch-size: 4, learning-rate: 0.05,
                    optimizer: sgd, momentum: 0.5}
            rounds: {count: 2, cohort: 4, minimum: 1}
            evaluation: {every: 1, public-test: wordnet-test}
            simulate: {clients: 4, partition: {natural: part-of-speech}}
            """;

    @TempDir private Path folder;

    private JsonNode simulate(String... more) throws Exception {
        return simulateRun(RUN, more);
    }

    private JsonNode simulateRun(String run, String... more) throws Exception {
        Path file = Files.writeString(folder.resolve("run.yaml"), run);
        List<String> words =
                new ArrayList<>(
                        List.of(
                                file.toString(),
                                "--json",
                                "--out",
                                folder.resolve("runs").toString()));
        words.addAll(List.of(more));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream real = System.out;
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        try {
            int code =
                    new CommandLine(new SimulateCommand(() -> 0))
                            .execute(words.toArray(String[]::new));
            assertEquals(0, code);
        } finally {
            System.setOut(real);
        }
        return new ObjectMapper().readTree(out.toString(StandardCharsets.UTF_8));
    }

    @Test
    void simulate_withBaselines_leavesEverythingThatItPromises() throws Exception {
        JsonNode json = simulate();

        for (String arm : List.of("federated", "frozenProbe", "bestClient", "centralised")) {
            double accuracy = json.path("accuracy").path(arm).asDouble(-1);
            assertTrue(accuracy > 0.3 && accuracy <= 1, arm + "=" + accuracy);
        }
        Path run = folder.resolve("runs").resolve("tiny");
        assertEquals(2, Files.readAllLines(run.resolve("metrics.jsonl")).size());
        assertTrue(Files.readString(run.resolve("report.html")).contains("<svg"));
        assertEquals(
                json.path("adapterDigest").asText(),
                AdapterCodec.decode(Files.readAllBytes(run.resolve("adapter.gsma")))
                        .digest()
                        .toString());
        assertEquals(2, RunFileReader.read(run.resolve("run.yaml")).rounds().count());
    }

    @Test
    void simulate_again_keepsTheFirstFolderAndGivesTheSameKeysButTimes() throws Exception {
        JsonNode first = simulate("--no-baselines");
        JsonNode second = simulate("--no-baselines", "--threads", "1");

        assertEquals(first.path("adapterDigest"), second.path("adapterDigest"));
        assertEquals(first.path("bytes"), second.path("bytes"));
        assertEquals(first.path("accuracy"), second.path("accuracy"));
        assertTrue(Files.isDirectory(folder.resolve("runs").resolve("tiny")));
        assertTrue(Files.isDirectory(folder.resolve("runs").resolve("tiny-2")));
        assertTrue(first.path("accuracy").path("centralised").isNull());
    }

    @Test
    void simulate_anotherSeed_givesAnotherDigest() throws Exception {
        JsonNode first = simulate("--no-baselines", "--seed", "1");
        JsonNode second = simulate("--no-baselines", "--seed", "2");

        assertFalse(first.path("adapterDigest").equals(second.path("adapterDigest")));
    }

    @Test
    void simulate_aDecoder_tellsPerplexitiesAndWhatItWrites() throws Exception {
        JsonNode json = simulateRun(DECODER);

        JsonNode reached = json.path("perplexity");
        double before = reached.path("before").asDouble();
        for (String arm : List.of("federated", "bestClient", "centralised")) {
            double perplexity = reached.path(arm).asDouble(-1);
            assertTrue(perplexity > 1 && perplexity < before, arm + "=" + perplexity);
        }
        assertTrue(json.path("accuracy").isMissingNode());
        Path run = folder.resolve("runs").resolve("tiny-decoder");
        List<String> rounds = Files.readAllLines(run.resolve("metrics.jsonl"));
        assertEquals(2, rounds.size());
        assertEquals(
                reached.path("federated"),
                new ObjectMapper().readTree(rounds.getLast()).path("perplexity"));
        List<String> completions = Files.readAllLines(run.resolve("completions.jsonl"));
        assertEquals(16, completions.size());
        for (String line : completions) {
            JsonNode completion = new ObjectMapper().readTree(line);
            assertTrue(completion.path("prompt").asText().startsWith("Define: "), line);
            assertFalse(completion.path("reference").asText().isBlank(), line);
            assertTrue(
                    completion.path("before").isTextual() && completion.path("after").isTextual());
        }
    }
}
