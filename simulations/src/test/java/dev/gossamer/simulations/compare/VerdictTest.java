package dev.gossamer.simulations.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gossamer.simulations.compare.Assertion.Figure;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;
import java.util.OptionalDouble;

class VerdictTest {
    private static ArmOutcome arm(String label, double accuracy, double error) {
        OptionalDouble known =
                Double.isNaN(error) ? OptionalDouble.empty() : OptionalDouble.of(error);
        return Outcomes.of(label, "fedit", 1, 0, accuracy, known);
    }

    @ParameterizedTest
    @CsvSource({
        "0.8, 0.7, holds: a better than b (accuracy 0.8050 against 0.7050; seed by seed +0.100"
                + " +0.100)",
        "0.7, 0.8, does not hold: a better than b (accuracy 0.7050 against 0.8050; seed by seed"
                + " -0.100 -0.100)",
        "0.7, 0.7, does not hold: a better than b (accuracy 0.7050 against 0.7050; seed by seed"
                + " +0.000 +0.000)"
    })
    void verdict_byScore_isOfTheMeans(double own, double other, String line) {
        List<ArmOutcome> outcomes = List.of(arm("b", other, 1), arm("a", own, 2));

        Verdict verdict = Verdict.of(new Assertion("a", "b", Figure.SCORE), outcomes);

        assertEquals(line, verdict.line());
        assertEquals(line.startsWith("holds"), verdict.holds());
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0.2, holds: a at most that of b (aggregation error 0.00e+00 against 2.00e-01)",
        "0.2, 0.2, holds: a at most that of b (aggregation error 2.00e-01 against 2.00e-01)",
        "0.3, 0.2, does not hold: a at most that of b (aggregation error 3.00e-01 against"
                + " 2.00e-01)",
        "NaN, 0.2, does not hold: a at most that of b (not known)"
    })
    void verdict_byError_allowsEqualOnes(double own, double other, String line) {
        List<ArmOutcome> outcomes = List.of(arm("b", 0.9, other), arm("a", 0.1, own));

        Verdict verdict = Verdict.of(new Assertion("a", "b", Figure.AGGREGATION_ERROR), outcomes);

        assertEquals(line, verdict.line());
        assertEquals(line.startsWith("holds"), verdict.holds());
    }
}
