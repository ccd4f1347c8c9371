package dev.gossamer.protocols.method;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gossamer.protocols.run.RunFile;
import dev.gossamer.protocols.run.RunFileReader;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BasisFitTest {
    private static RunFile run(String method, String basis, String rule) {
        return RunFileReader.read(
                """
                name: tiny
                model: {base: minilm-l6}
                data: {set: rows, classes: [a, b]}
                adapter: {method: %s}
                basis: {%s}
                rounds: {cohort: 5}
                server: {robust: {rule: %s}}
                """
                        .formatted(method, basis, rule));
    }

    @ParameterizedTest
    @CsvSource({
        "from: range-finder, none",
        "rebase-every: 2, coordinate-median",
        "rebase-below: 0.25, none"
    })
    void of_aMethodWithABasis_hasWhatItCanDo(String basis, String rule) {
        assertEquals("fed-sb", ExchangeMethod.of(run("fed-sb", basis, rule)).name());
    }

    @ParameterizedTest
    @CsvSource({
        "from: range-finder, 'key=basis.from, value=range-finder'",
        "values: bf16, 'key=basis.values, value=bf16'",
        "rebase-every: 2, 'key=basis.rebase-every, value=2'",
        "rebase-below: 0.25, 'key=basis.rebase-below, value=0.25'"
    })
    void of_aMethodWithoutABasis_refusesWhatIsSaidOfOne(String basis, String key) {
        RunFile run = run("fedit", basis, "none");

        var refused = assertThrows(IllegalArgumentException.class, () -> ExchangeMethod.of(run));

        assertEquals(
                "method has no basis: " + key + ", adapter.method=fedit", refused.getMessage());
    }

    @Test
    void of_aRangeFinderBesideARobustRule_isRefusedByBothKeys() {
        RunFile run = run("fed-sb", "from: range-finder", "trimmed-mean");

        var refused = assertThrows(IllegalArgumentException.class, () -> ExchangeMethod.of(run));

        assertEquals(
                "the range finder adds up what a robust rule would not: key=basis.from,"
                        + " value=range-finder, server.robust.rule=trimmed-mean,"
                        + " available=[gradient, weights, random]",
                refused.getMessage());
    }
}
