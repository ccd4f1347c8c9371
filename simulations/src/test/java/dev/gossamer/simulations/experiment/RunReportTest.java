package dev.gossamer.simulations.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

class RunReportTest {
    @Test
    void toHtml_nameWithMarkup_isEscapedAndNothingIsLoaded() {
        String page = new RunReport(outcome("<script>", 0.8)).toHtml();

        assertFalse(page.contains("<script"));
        assertTrue(page.contains("&lt;script&gt;"));
        assertFalse(page.contains("http"));
    }

    @Test
    void toHtml_federatedBelowTheProbe_saysSo() {
        assertTrue(new RunReport(outcome("a", 0.7)).toHtml().contains("did NOT beat"));
        assertTrue(new RunReport(outcome("a", 0.8)).toHtml().contains("beat the frozen probe"));
    }

    @Test
    void write_leavesOnePageAndNoPart(@TempDir Path folder) throws IOException {
        new RunReport(outcome("a", 0.8)).write(folder.resolve("report.html"));

        try (var files = Files.list(folder)) {
            assertEquals(List.of("report.html"), files.map(f -> "" + f.getFileName()).toList());
        }
    }

    @Test
    void toJson_baselinesLeftOut_areNull() {
        RunOutcome without =
                new RunOutcome(
                        "a",
                        Measure.ACCURACY,
                        outcome("a", 0.8).rounds(),
                        RunOutcome.Arms.alone(0.8),
                        new RunOutcome.Bytes(1, 2, 3, 4),
                        5,
                        0,
                        "d");

        assertEquals(
                "{\"accuracy\":{\"federated\":0.8,\"frozenProbe\":null,\"bestClient\":null,"
                        + "\"centralised\":null},\"bytes\":{\"up\":1,\"down\":2,\"basis\":3,"
                        + "\"loraFedAvg\":4},\"seconds\":5.0,\"baselineSeconds\":0.0,"
                        + "\"adapterDigest\":\"d\"}",
                without.toJson());
    }

    @Test
    void page_clientsThatTellNoScores_hasNoneOfThem() {
        RoundRecord told = round(Measure.ACCURACY, 1, 0.8);
        RoundRecord silent =
                new RoundRecord(
                        1,
                        Measure.ACCURACY,
                        0.8,
                        Optional.empty(),
                        told.bytesUp(),
                        told.bytesDown(),
                        told.seconds(),
                        told.reports(),
                        OptionalDouble.empty());
        RunOutcome outcome =
                new RunOutcome(
                        "a",
                        Measure.ACCURACY,
                        List.of(silent),
                        RunOutcome.Arms.alone(0.8),
                        new RunOutcome.Bytes(1, 2, 3, 4),
                        5,
                        0,
                        "d");

        String page = new RunReport(outcome).toHtml();

        assertTrue(page.contains("<td>not told</td><td>not told</td>"), page);
        assertFalse(silent.toJson().contains("worst"), silent.toJson());
        assertTrue(told.toJson().contains("\"worstClient\":\"client-2\""), told.toJson());
    }

    private static RoundRecord round(Measure measure, int round, double value) {
        return new RoundRecord(
                round,
                measure,
                value,
                Optional.of(new RoundRecord.OwnRows(0.75, "client-2", 0.65)),
                1000L * round,
                2000L * round,
                3,
                6,
                OptionalDouble.empty());
    }

    /** Lower is better, and the base itself is what must be beaten. */
    @Test
    void outcome_ofALanguageModel_isToldInPerplexity() {
        RunOutcome outcome =
                new RunOutcome(
                        "a",
                        Measure.PERPLEXITY,
                        List.of(round(Measure.PERPLEXITY, 1, 21.5)),
                        new RunOutcome.Arms(
                                21.5,
                                OptionalDouble.of(60),
                                OptionalDouble.of(30.25),
                                OptionalDouble.of(19)),
                        new RunOutcome.Bytes(1, 2, 3, 4),
                        5,
                        0,
                        "d");

        String page = new RunReport(outcome).toHtml();

        assertTrue(outcome.succeeded());
        assertTrue(
                outcome.toJson()
                        .startsWith(
                                "{\"perplexity\":{\"federated\":21.5,"
                                    + "\"before\":60.0,\"bestClient\":30.25,\"centralised\":19.0}"),
                outcome.toJson());
        assertTrue(page.contains("<th>perplexity</th>"));
        assertTrue(page.contains("beat the base as it is and the best client alone"));
        assertEquals(
                "{\"round\":1,\"perplexity\":21.5,\"clientMean\":0.75,"
                        + "\"worstClient\":\"client-2\",\"worstPerplexity\":0.65,"
                        + "\"bytesUp\":1000,\"bytesDown\":2000,\"seconds\":3.0,\"reports\":6}",
                outcome.rounds().getFirst().toJson());
    }

    private static RunOutcome outcome(String name, double federated) {
        return new RunOutcome(
                name,
                Measure.ACCURACY,
                List.of(round(Measure.ACCURACY, 1, 0.7), round(Measure.ACCURACY, 2, federated)),
                new RunOutcome.Arms(
                        federated,
                        OptionalDouble.of(0.75),
                        OptionalDouble.of(0.56),
                        OptionalDouble.of(0.83)),
                new RunOutcome.Bytes(2000, 4000, 100, 90000),
                6,
                9,
                "abc");
    }
}
