package dev.gossamer.simulations.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.protocols.method.ExchangeMethod;
import dev.gossamer.protocols.run.YamlNode.Mapping;
import dev.gossamer.simulations.data.Shards.Scored;
import dev.gossamer.simulations.traffic.Forecast;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The comparison of all methods, as far as it says something about itself. */
class MethodsComparisonTest {
    private static final Comparison METHODS =
            ComparisonReader.read(Path.of("experiments/methods.yaml"));

    private static Forecast forecast(String label) {
        Arm arm = METHODS.arms().stream().filter(a -> a.label().equals(label)).findFirst().get();
        return Forecast.of(arm.cell(arm.rates().getFirst(), 1, Scored.TEST).run());
    }

    private static String method(Arm arm) {
        return ((Mapping) arm.yaml().entries().get("adapter")).entries().get("method").shown();
    }

    @Test
    void methods_ofTheClassPath_eachHaveAnArm() {
        Set<String> compared =
                METHODS.arms().stream()
                        .map(MethodsComparisonTest::method)
                        .collect(Collectors.toCollection(TreeSet::new));

        Set<String> all =
                ExchangeMethod.all().stream()
                        .map(ExchangeMethod::name)
                        .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(all, compared);
    }

    @Test
    void arms_atEachRate_areRunsThatNodesCarryOut(@TempDir Path folder) {
        METHODS.requireReadable();
        try (SimulatedCells cells = new SimulatedCells(folder.resolve("work"), 2, () -> 0)) {
            for (Arm arm : METHODS.arms()) {
                cells.requireFit(arm.cell(arm.rates().getFirst(), 1, Scored.TEST));
            }
        }

        assertEquals(22, METHODS.arms().size());
        assertTrue(METHODS.cells() <= 136, "cells=" + METHODS.cells());
    }

    @ParameterizedTest
    @CsvSource({"Fed-SB 24, FFA 1", "Fed-SB 48, FFA 4"})
    void fedSbAndFfa_withoutTheBasis_sendEqualValuesInARound(String fedSb, String ffa) {
        assertEquals(forecast(ffa).values().up(), forecast(fedSb).values().up());
        assertEquals(forecast(ffa).values().down(), forecast(fedSb).values().down());
    }

    @Test
    void fedSbAndFfa_withTheBasis_sendEqualBytesInTheRun() {
        long own = forecast("Fed-SB 12").bytes().total(8);
        long wider = forecast("Fed-SB 32").bytes().total(8);

        assertEquals(forecast("FFA 1").bytes().total(8), own);
        assertEquals(0.947, wider / (double) forecast("FFA 4").bytes().total(8), 1e-3);
    }

    /** Passes, basis and all. */
    @Test
    void fedSbOnTheBasisThatAllFind_sendsLessThanFfa() {
        assertTrue(
                forecast("Fed-SB 8 found").bytes().total(8) < forecast("FFA 4").bytes().total(8));
    }
}
