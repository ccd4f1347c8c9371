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
        assertTrue(new RunReport(outcome("a", 0.7)).toHtml().contains("did not beat"));
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
                        outcome("a", 0.8).rounds(),
                        new RunOutcome.Accuracy(
                                0.8,
                                OptionalDouble.empty(),
                                OptionalDouble.empty(),
                                OptionalDouble.empty()),
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

    private static RunOutcome outcome(String name, double federated) {
        return new RunOutcome(
                name,
                List.of(
                        new RoundRecord(1, 0.7, 0.7, "client-2", 0.6, 1000, 2000, 3, 6),
                        new RoundRecord(2, federated, 0.75, "client-2", 0.65, 2000, 4000, 6, 6)),
                new RunOutcome.Accuracy(
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
