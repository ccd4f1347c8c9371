package dev.gossamer.client.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GeluTest {
    /** Published values of the standard normal distribution function. */
    @ParameterizedTest
    @CsvSource({
        "0, 0.5",
        "1, 0.8413447460685429",
        "-1, 0.15865525393145705",
        "2, 0.9772498680518208",
        "-2.5, 0.006209665325776132",
        "-2.9, 0.0018658133003840378",
        "-3, 0.0013498980316300946",
        "-5, 2.866515718791939e-7",
        "-8, 6.220960574271785e-16"
    })
    void phi_matchesPublishedValues(double x, double expected) {
        assertEquals(expected, Gelu.phi(x), 1e-9 * Math.max(expected, 1e-6));
    }
}
