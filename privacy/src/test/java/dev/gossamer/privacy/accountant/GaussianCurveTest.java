package dev.gossamer.privacy.accountant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GaussianCurveTest {
    @ParameterizedTest
    @CsvSource({"1, 1e-5, 3.7306316348159374", "1, 1e-6, 4.224678889326822"})
    void noiseMultiplier_isThePublishedOne(double epsilon, double delta, double expected) {
        double found = GaussianCurve.noiseMultiplier(epsilon, delta);

        assertEquals(expected, found, 1e-12 * expected);
        assertTrue(GaussianCurve.epsilon(found, delta) <= epsilon * (1 + 1e-14));
    }

    @ParameterizedTest
    @CsvSource({
        "0.01, 1e-5",
        "0.3, 1e-2",
        "1, 1e-12",
        "5, 1e-9",
        "40, 1e-15",
        "2000, 1e-6",
        "0.7, 0.3"
    })
    void delta_atTheEpsilon_isTheDelta(double noiseMultiplier, double delta) {
        double epsilon = GaussianCurve.epsilon(noiseMultiplier, delta);

        double found = GaussianCurve.delta(noiseMultiplier, epsilon);

        assertTrue(found <= delta * (1 + 1e-12));
        assertEquals(delta, found, 1e-8 * delta);
    }

    /** Without any epsilon, what is left is the total variation, erf(1 / (2 sqrt(2) s)). */
    @Test
    void delta_atEpsilonZero_isTheTotalVariation() {
        assertEquals(0.38292492254802624, GaussianCurve.delta(1, 0), 1e-15);
        assertEquals(0, GaussianCurve.epsilon(1, 0.4));
    }

    @Test
    void noiseMultiplier_thatNobodyCouldAdd_isRefused() {
        IllegalArgumentException refused =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> GaussianCurve.noiseMultiplier(0, 1e-12));

        assertEquals(
                "too much noise: epsilon=0.0, delta=1.0E-12, bound=noiseMultiplier <= 1.0E9",
                refused.getMessage());
    }
}
