package dev.gossamer.privacy.accountant;

import static dev.gossamer.privacy.accountant.Releases.EXACT;
import static dev.gossamer.privacy.accountant.Releases.PLD;
import static dev.gossamer.privacy.accountant.Releases.RDP;
import static dev.gossamer.privacy.accountant.Releases.sampled;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.privacy.accountant.PrivacyEvent.NonPrivate;
import dev.gossamer.privacy.accountant.PrivacyEvent.TreeAggregation;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CalibrationTest {
    private static void assertLeast(Accountant accountant, double rate, long steps, double e) {
        Calibration found = Calibration.find(accountant, s -> sampled(rate, s, steps), e, 1e-5);
        double less = found.noiseMultiplier() * (1 - 1e-5);

        assertTrue(found.epsilon() <= e, found::toString);
        assertTrue(accountant.epsilon(sampled(rate, less, steps), 1e-5).value() > e);
    }

    @ParameterizedTest
    @CsvSource({"0.04, 2250, 8", "0.01, 1000, 1", "1, 100, 1", "0.5, 10, 0.05", "0.01, 1, 1"})
    void find_byPld_isTheLeastNoiseThatKeepsTheEpsilon(double rate, long steps, double e) {
        assertLeast(PLD, rate, steps, e);
    }

    @ParameterizedTest
    @CsvSource({"0.04, 2250, 8", "1, 100, 0.1", "0.0001, 100000, 1", "0.3, 40, 200"})
    void find_byRdp_isTheLeastNoiseThatKeepsTheEpsilon(double rate, long steps, double e) {
        assertLeast(RDP, rate, steps, e);
    }

    @Test
    void find_byTheExactGaussian_isTheClosedForm() {
        Calibration found = Calibration.find(EXACT, s -> sampled(1, s, 1), 1, 1e-5);

        assertEquals(3.7306316348159374, found.noiseMultiplier(), 1e-5);
        assertTrue(found.epsilon() <= 1);
    }

    /** Opacus finds its noise by halving, to three or four digits. */
    @ParameterizedTest
    @CsvSource({"2250, 1.416, 1.34765625", "2000, 1.3562, 1.2915"})
    void find_isWhatOpacusFinds(long steps, double byRdp, double byPrv) {
        double rdp = Calibration.find(RDP, s -> sampled(0.04, s, steps), 8, 1e-5).noiseMultiplier();
        double pld = Calibration.find(PLD, s -> sampled(0.04, s, steps), 8, 1e-5).noiseMultiplier();

        assertEquals(byRdp, rdp, 1e-3);
        assertEquals(byPrv, pld, 2e-3);
    }

    @Test
    void find_forATree() {
        RdpAccountant zeros = RdpAccountant.of(Adjacency.REPLACE_WITH_ZERO);

        Calibration found =
                Calibration.find(
                        zeros, s -> new TreeAggregation(s, 100, 0), 2.9585088589640254, 1e-5);

        assertEquals(4, found.noiseMultiplier(), 1e-5);
    }

    /** Where chance alone keeps the epsilon, the least noise that counts is the answer. */
    @Test
    void find_whereNoiseHardlyMatters_isTheLeastThatCounts() {
        Calibration found = Calibration.find(RDP, s -> sampled(0, s, 10), 1, 1e-5);

        assertEquals(0.01, found.noiseMultiplier(), 1e-12);
    }

    @Test
    void find_whereNoNoiseIsEnough_isRefused() {
        IllegalArgumentException refused =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> Calibration.find(RDP, _ -> new NonPrivate(), 1, 1e-5));

        assertEquals(
                "no noise is enough: epsilon=1.0, delta=1.0E-5, bound=noiseMultiplier <= 1.0E7",
                refused.getMessage());
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, 0, -1, Double.POSITIVE_INFINITY})
    void find_forAnEpsilonOutOfRange_isRefused(double bad) {
        IllegalArgumentException refused =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> Calibration.find(RDP, s -> sampled(1, s, 1), bad, 1e-5));

        assertEquals(
                "out of range: epsilon=" + bad + ", bound=0 < epsilon < infinity",
                refused.getMessage());
    }
}
