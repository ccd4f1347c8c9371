package dev.gossamer.simulations.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gossamer.protocols.method.ExchangeMethod;
import dev.gossamer.protocols.run.YamlNode.Mapping;
import dev.gossamer.simulations.data.Shards.Scored;
import dev.gossamer.simulations.traffic.Forecast;
import dev.gossamer.simulations.traffic.Forecast.Traffic;

import org.junit.jupiter.api.Test;

import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The comparison of all methods, as far as it says something about itself. */
class MethodsComparisonTest {
    private static final Comparison METHODS =
            ComparisonReader.read(Path.of("experiments/methods.yaml"));

    private static Traffic values(String label) {
        Arm arm = METHODS.arms().stream().filter(a -> a.label().equals(label)).findFirst().get();
        return Forecast.of(arm.cell(arm.rates().getFirst(), 1, Scored.TEST).run()).values();
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
    void fedSbAndFfa_withoutTheBasis_sendEqualValuesInARound() {
        assertEquals(values("FFA 4").up(), values("Fed-SB 48").up());
        assertEquals(values("FFA 4").down(), values("Fed-SB 48").down());
    }

    @Test
    void fedSbAndFfa_withTheBasis_sendEqualValuesInTheRun() {
        assertEquals(values("FFA 4").total(8), values("Fed-SB 24").total(8));
    }
}
