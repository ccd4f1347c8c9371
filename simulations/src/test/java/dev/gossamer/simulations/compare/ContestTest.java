package dev.gossamer.simulations.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.protocols.run.RunFileReader;
import dev.gossamer.protocols.run.YamlFile;
import dev.gossamer.protocols.run.YamlNode.Mapping;
import dev.gossamer.simulations.data.Shards.Scored;
import dev.gossamer.simulations.federation.FederationException;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.ToDoubleFunction;

/** Which runs a comparison makes, and what it makes of their results. */
class ContestTest {
    private static final long SWEEP_SEED = 9;
    private static final CellResult.Bytes BYTES = new CellResult.Bytes(100, 250, 10, 50);

    @TempDir private Path folder;
    private Mapping run;
    private final ByteArrayOutputStream progress = new ByteArrayOutputStream();
    private final List<String> ran = new ArrayList<>();

    @BeforeEach
    void readRun() throws Exception {
        run =
                YamlFile.read(
                        "run file",
                        Files.writeString(
                                folder.resolve("run.yaml"),
                                """
                                name: made-up
                                model: {base: minilm-l6}
                                data: {set: wordnet-nouns, classes: [person, plant]}
                                rounds: {count: 3, cohort: 2}
                                evaluation: {public-test: wordnet-test}
                                simulate: {clients: 2}
                                """));
    }

    /** Results that follow from the rate; not a number is a run that failed. */
    private final class MadeUp implements CellRunner {
        private final ToDoubleFunction<Cell> value;

        MadeUp(ToDoubleFunction<Cell> value) {
            this.value = value;
        }

        @Override
        public void requireFit(Cell cell) {
            ran.add("fit " + cell.arm());
        }

        @Override
        public CellResult run(Cell cell) {
            ran.add(cell.scored() + " " + cell.rate() + " " + cell.run().seed());
            double reached = value.applyAsDouble(cell);
            boolean failed = Double.isNaN(reached);
            return new CellResult(
                    cell.key(),
                    cell.arm(),
                    cell.rate(),
                    cell.run().seed(),
                    cell.scored().name(),
                    failed ? "failed: diverged" : "done",
                    failed ? OptionalDouble.empty() : OptionalDouble.of(reached),
                    BYTES,
                    OptionalDouble.of(0.5),
                    1);
        }

        @Override
        public void close() {
            ran.add("closed");
        }
    }

    private static Rate rate(double client) {
        return new Rate(client, OptionalDouble.empty());
    }

    private Comparison comparison(Rate... rates) {
        return new Comparison(
                "made up",
                List.of(new Arm("arm", run, List.of(rates), ScoredRows.STANDARD)),
                SWEEP_SEED,
                List.of(1L, 2L),
                List.of());
    }

    private ArmOutcome outcome(Comparison comparison, ToDoubleFunction<Cell> value) {
        try (Contest contest =
                new Contest(
                        comparison,
                        CellLog.open(folder.resolve("cells.jsonl")),
                        () -> new MadeUp(value),
                        new PrintStream(progress, true, StandardCharsets.UTF_8))) {
            return contest.outcomes().getFirst();
        }
    }

    @Test
    void outcome_ofSeveralRates_isOfTheBestOnOtherRowsAndCoins() {
        ArmOutcome outcome =
                outcome(
                        comparison(rate(0.1), rate(0.2), rate(0.3)),
                        cell -> cell.rate().client() == 0.2 ? 0.8 : 0.7);

        assertEquals(
                List.of(
                        "fit arm",
                        "VALIDATION 0.1 9",
                        "VALIDATION 0.2 9",
                        "VALIDATION 0.3 9",
                        "TEST 0.2 1",
                        "TEST 0.2 2",
                        "closed"),
                ran);
        assertEquals(List.of(0.8, 0.8), outcome.values());
        assertFalse(outcome.atEdge());
        assertEquals(5, progress.toString(StandardCharsets.UTF_8).lines().count());
    }

    @Test
    void outcome_ofEqualRates_isOfTheFirst_whichIsAtTheEdge() {
        ArmOutcome outcome = outcome(comparison(rate(0.2), rate(0.1), rate(0.3)), cell -> 0.7);

        assertEquals(rate(0.2), outcome.rate());
        assertFalse(outcome.atEdge());
        ran.clear();
        assertTrue(outcome(comparison(rate(0.1), rate(0.2)), cell -> 0.7).atEdge());
    }

    @Test
    void outcome_ofOneRate_needsNoSweep() {
        ArmOutcome outcome = outcome(comparison(rate(0.1)), cell -> 0.7);

        assertEquals(List.of("fit arm", "TEST 0.1 1", "TEST 0.1 2", "closed"), ran);
        assertFalse(outcome.atEdge());
    }

    @Test
    void outcome_rateThatFails_isNotChosen() {
        ArmOutcome outcome =
                outcome(
                        comparison(rate(0.1), rate(10)),
                        cell -> cell.rate().client() == 10 ? Double.NaN : 0.5);

        assertEquals(rate(0.1), outcome.rate());
        assertTrue(progress.toString(StandardCharsets.UTF_8).contains("seed 9: failed: diverged"));
    }

    @Test
    void outcome_noRateWorks_saysWhatEachCameTo() {
        FederationException refused =
                assertThrows(
                        FederationException.class,
                        () -> outcome(comparison(rate(1), rate(10)), cell -> Double.NaN));

        assertEquals(
                "no rate works: arm=arm, rates=[1.0: failed: diverged, 10.0: failed: diverged]",
                refused.getMessage());
        assertEquals("closed", ran.getLast());
    }

    @Test
    void outcome_ofBytes_isSharedOutAndTheBasisApart() {
        ArmOutcome outcome = outcome(comparison(rate(0.1)), cell -> 0.7);

        assertEquals(45, outcome.up());
        assertEquals(100, outcome.down());
        assertEquals(30, outcome.once());
        assertEquals(145, outcome.withoutOnce());
        assertEquals(175, outcome.total());
        assertEquals(0.5, outcome.aggregationError().getAsDouble());
    }

    @Test
    void cells_areScoredAfterTheirLastRoundAlone_andKeyedByAllThatTheyAre() {
        Arm arm = new Arm("arm", run, List.of(rate(0.1)), ScoredRows.STANDARD);
        Cell cell = arm.cell(rate(0.1), 1, Scored.TEST);

        assertEquals(3, cell.run().evaluation().every());
        assertEquals(0.1, cell.run().train().learningRate());
        assertEquals(cell.key(), arm.cell(rate(0.1), 1, Scored.TEST).key());
        assertFalse(cell.key().equals(arm.cell(rate(0.2), 1, Scored.TEST).key()));
        assertFalse(cell.key().equals(arm.cell(rate(0.1), 2, Scored.TEST).key()));
        assertFalse(cell.key().equals(arm.cell(rate(0.1), 1, Scored.VALIDATION).key()));
    }

    @Test
    void cells_withRowsOfTheirOwn_haveThoseAndOtherKeys() {
        List<Rate> rates = List.of(rate(0.1));
        ScoredRows rows = new ScoredRows(OptionalInt.of(70), OptionalInt.empty());
        Cell standard =
                new Arm("arm", run, rates, ScoredRows.STANDARD).cell(rate(0.1), 1, Scored.TEST);
        Cell own = new Arm("arm", run, rates, rows).cell(rate(0.1), 1, Scored.TEST);

        assertEquals(70, own.sizes().validation());
        assertEquals(standard.sizes().publicTest(), own.sizes().publicTest());
        assertFalse(own.key().equals(standard.key()));
    }

    @Test
    void cells_withARateOfTheServer_haveItInTheirRunFile() {
        Mapping adam = Mapping.of("fedadam", "server", "optimizer").over(run);
        Arm arm =
                new Arm(
                        "arm",
                        adam,
                        List.of(new Rate(0.1, OptionalDouble.of(0.004))),
                        ScoredRows.STANDARD);

        Cell cell = arm.cell(arm.rates().getFirst(), 1, Scored.TEST);

        assertEquals(0.004, cell.run().server().rate());
        assertThrows(IllegalArgumentException.class, () -> RunFileReader.read(adam));
    }
}
