package dev.gossamer.client.privacy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.gossamer.client.command.Surroundings;
import dev.gossamer.protocols.command.CommandRoot;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

class PrivacyCommandTest {
    private static final String USUAL =
            "account --sampling-rate 0.01 --noise-multiplier 1.1 --steps 1000 --delta 1e-5";

    @TempDir private Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final StringWriter errors = new StringWriter();

    private int types(String words) {
        out.reset();
        errors.getBuffer().setLength(0);
        PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
        Object[] commands = {PrivacyCommand.of(new Surroundings(stream, stream, false, () -> 0))};
        return CommandRoot.run(
                new PrintWriter(errors, true), commands, ("privacy " + words).split(" ", -1));
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private JsonNode json(String words) throws IOException {
        assertEquals(0, types(words + " --json"), errors::toString);
        return new ObjectMapper().readTree(out());
    }

    private double epsilon(String words) throws IOException {
        return json(words).get("epsilon").doubleValue();
    }

    @Test
    void account_plain_printsAllAccountantsAndTheAdjacency() {
        assertEquals(0, types(USUAL));

        assertEquals(
                List.of(
                        "epsilon     1.515371 by pld",
                        "            1.711771 by rdp, order 9.6",
                        "delta       1.0E-5",
                        "adjacency   add-or-remove-one"),
                out().lines().toList());
    }

    @Test
    void account_json_isOneObject() throws IOException {
        JsonNode answer = json(USUAL);

        assertEquals(1.51537025, answer.get("epsilon").doubleValue(), 1e-6);
        assertEquals(1e-5, answer.get("delta").doubleValue());
        assertEquals("pld", answer.get("accountant").textValue());
        assertEquals("add-or-remove-one", answer.get("adjacency").textValue());
        assertEquals("[]", answer.get("warnings").toString());
        assertEquals(5, answer.size());
    }

    @Test
    void account_byAnother_saysWhichAndAtWhatOrder() throws IOException {
        JsonNode answer = json(USUAL + " --accountant rdp");

        assertEquals(1.7117700912, answer.get("epsilon").doubleValue(), 1e-9);
        assertEquals("rdp", answer.get("accountant").textValue());
        assertEquals(9.6, answer.get("order").doubleValue());
    }

    @Test
    void account_ofEverybody_isExactByTheGaussianOne() throws IOException {
        String all = "account --noise-multiplier 5 --steps 100 --delta 1e-5";

        assertEquals(9.9972562, epsilon(all + " --accountant gaussian"), 1e-6);
        assertEquals(9.9972564, epsilon(all), 1e-6);
    }

    @Test
    void account_warning_isTold() throws IOException {
        String words = "account --noise-multiplier 1000 --delta 1e-5 --accountant rdp";

        assertEquals(0, types(words));
        assertEquals(
                "warning     the best order is the last of the list, others would give less:"
                        + " order=1024.0",
                out().lines().toList().getLast());
        assertEquals(1, json(words).get("warnings").size());
    }

    /** Phases pair up by position, and one value serves all of them. */
    @Test
    void account_phases_areComposed() throws IOException {
        String noise = "--noise-multiplier 1.1 --noise-multiplier 0.9";
        String phases =
                "account --sampling-rate 0.01 --delta 1e-5 --steps 1000 --steps 200 " + noise;
        double first = epsilon(USUAL);
        double both = epsilon(phases);
        double whole = epsilon(USUAL.replace("1000", "1200"));
        double sameNoise = epsilon(USUAL + " --steps 200");

        assertTrue(both > first);
        assertTrue(both > whole);
        assertEquals(whole, sameNoise);
        assertEquals(
                both,
                epsilon(phases + " --sampling-rate 0.01"),
                "the rate is given once for each phase");
    }

    @Test
    void account_tree_isTheSumOfItsHeight() throws IOException {
        String tree = "account --mechanism tree --noise-multiplier 4 --delta 1e-5 --leaves 100";

        JsonNode answer = json(tree);

        assertEquals(2.9585088589640254, answer.get("epsilon").doubleValue(), 1e-12);
        assertEquals("rdp", answer.get("accountant").textValue());
        assertEquals("replace-with-zero", answer.get("adjacency").textValue());
        assertTrue(epsilon(tree + " --restarts 1") > 4);
        assertTrue(epsilon(tree + " --accountant gaussian") < 2.9);
    }

    @Test
    void calibrate_json_isTheLeastNoise() throws IOException {
        JsonNode answer =
                json("calibrate --epsilon 8 --sampling-rate 0.04 --steps 2000 --delta 1e-5");

        assertEquals(1.28997, answer.get("noiseMultiplier").doubleValue(), 1e-5);
        assertTrue(answer.get("epsilon").doubleValue() <= 8);
        assertEquals("pld", answer.get("accountant").textValue());
    }

    @Test
    void calibrate_plain_roundsNoiseUp() {
        String words = "calibrate --epsilon 1 --steps 1 --delta 1e-5 --accountant gaussian";

        assertEquals(0, types(words));
        assertEquals(
                List.of(
                        "noise multiplier 3.730632",
                        "epsilon          1.000000 by gaussian",
                        "delta            1.0E-5",
                        "adjacency        add-or-remove-one"),
                out().lines().toList());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "account --noise-multiplier NaN --delta 1e-5| out of range: noiseMultiplier=NaN,"
                        + " bound=0 < noiseMultiplier < infinity",
                "account --noise-multiplier 0 --delta 1e-5| out of range: noiseMultiplier=0.0,"
                        + " bound=0 < noiseMultiplier < infinity",
                "account --noise-multiplier 1 --delta NaN"
                        + "| out of range: delta=NaN, bound=0 < delta < 1",
                "account --noise-multiplier 1 --delta 1"
                        + "| out of range: delta=1.0, bound=0 < delta < 1",
                "account --noise-multiplier 1 --delta 1e-5 --sampling-rate 1.5"
                        + "| out of range: samplingRate=1.5, bound=0 <= rate <= 1",
                "account --noise-multiplier 1 --delta 1e-5 --steps 0"
                        + "| out of range: steps=0, bound=1 <= steps",
                "account --noise-multiplier 1 --delta 1e-5 --steps 1 --steps 2 --steps 3"
                        + " --sampling-rate 0.1 --sampling-rate 0.2"
                        + "| phases do not pair up: --sampling-rate=[0.1, 0.2], phases=3; give one"
                        + " value, or one for each phase",
                "account --noise-multiplier 1 --delta 1e-5 --leaves 4"
                        + "| option does not go with the mechanism: --leaves=4,"
                        + " --mechanism=gaussian",
                "account --noise-multiplier 1 --delta 1e-5 --mechanism tree"
                        + "| missing: --leaves, with --mechanism=tree",
                "account --noise-multiplier 1 --delta 1e-5 --mechanism tree --leaves 4 --steps 9"
                        + "| option does not go with the mechanism: --steps=[9], --mechanism=tree",
                "account --noise-multiplier 1 --delta 1e-5 --mechanism bush"
                        + "| unknown word: --mechanism=bush, one of=[gaussian, tree]",
                "account --noise-multiplier 1 --delta 1e-5 --accountant clt"
                        + "| unknown word: --accountant=clt, one of=[pld, rdp, gaussian]",
                "account --noise-multiplier 1 --delta 1e-5 --sampling-rate 0.1 --accountant"
                    + " gaussian| event is not covered: accountant=gaussian,"
                    + " adjacency=add-or-remove-one, cause=not every release is Gaussian without"
                    + " sampling",
                "calibrate --epsilon NaN --delta 1e-5"
                        + "| out of range: epsilon=NaN, bound=0 < epsilon < infinity",
                "calibrate --epsilon 0 --delta 1e-5"
                        + "| out of range: epsilon=0.0, bound=0 < epsilon < infinity"
            })
    void badInput_isWrongUsageInOneLine(String words, String message) {
        assertEquals(2, types(words));

        assertEquals("gossamer: " + message, errors.toString().strip());
        assertEquals("", out());
    }

    @Test
    void account_ofADeltaThatNothingShows_fails() {
        assertEquals(1, types("account --noise-multiplier 1 --delta 1e-50"));

        assertEquals(
                "gossamer: no epsilon can be shown: accountant=pld, delta=1.0E-50",
                errors.toString().strip());
    }

    private Path run(String privacy) throws IOException {
        return Files.writeString(
                folder.resolve("run.yaml"),
                """
                name: private
                model: {base: minilm-l6}
                data: {set: nouns, classes: [person, plant]}
                train: {local-steps: 16, batch-size: 64}
                rounds: {count: 6, cohort: 3, weights: uniform}
                privacy: {%s}
                """
                        .formatted(privacy));
    }

    /** The noise that {@code calibrate} gives for the same, and the budget kept from below. */
    @Test
    void forecast_budget_isKeptByTheNoiseOfEachOwner() throws IOException {
        Path run = run("mode: example, epsilon: 3");

        JsonNode owners = json("forecast " + run + " --rows 2500,10000").get("owners");

        for (JsonNode owner : owners) {
            double rows = owner.get("rows").doubleValue();
            assertEquals(3, owner.get("epsilon").doubleValue(), 1e-4);
            assertTrue(owner.get("epsilon").doubleValue() <= 3);
            assertTrue(owner.get("epsilonByRdp").doubleValue() > 3);
            assertEquals(Math.pow(rows, -1.1), owner.get("delta").doubleValue());
            assertEquals(64 / rows, owner.get("samplingRate").doubleValue());
            assertEquals(96, owner.get("steps").longValue());
            double calibrated =
                    json("calibrate --epsilon 3 --steps 96 --sampling-rate "
                                    + 64 / rows
                                    + " --delta "
                                    + Math.pow(rows, -1.1))
                            .get("noiseMultiplier")
                            .doubleValue();
            assertEquals(calibrated, owner.get("noiseMultiplier").doubleValue(), 1e-5);
        }
    }

    @Test
    void forecast_noiseGiven_tellsItsEpsilon() throws IOException {
        Path run = run("mode: example, noise-multiplier: 6, delta: 1e-5, sampler: all");

        double all = epsilon("account --steps 96 --noise-multiplier 6 --delta 1e-5");

        assertEquals(0, types("forecast " + run + " --rows 500"), errors::toString);

        String rounded = BigDecimal.valueOf(all).setScale(3, RoundingMode.DOWN).toPlainString();
        assertTrue(out().startsWith("rows        500\nepsilon     " + rounded), out());
        assertTrue(out().contains("every row in every step"), out());
    }

    @Test
    void forecast_runWithoutAPromise_saysSo() throws IOException {
        assertEquals(2, types("forecast " + run("mode: none") + " --rows 500"));

        assertTrue(errors.toString().contains("key=privacy.mode, value=none"), errors::toString);
    }
}
