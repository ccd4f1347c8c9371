package dev.gossamer.privacy.accountant;

import static dev.gossamer.privacy.accountant.Releases.EXACT;
import static dev.gossamer.privacy.accountant.Releases.PLD;
import static dev.gossamer.privacy.accountant.Releases.RDP;
import static dev.gossamer.privacy.accountant.Releases.sampled;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;

/** What other accountants print: Opacus 1.6.0, dp_accounting 0.6.0, TensorFlow Privacy. */
class PublishedValuesTest {
    private static final double RDP_TOLERANCE = 1e-9;
    private static final double PLD_TOLERANCE = 1e-5;

    /**
     * Opacus and we sum the series with its signs; dp_accounting takes magnitudes and is above by
     * less than a thousandth.
     *
     * <p>At 100,000 steps and delta 1e-8 dp_accounting's PLD carries its own rounding: its
     * transform is right to 1e-16 of a spectrum that is then raised to the hundred thousandth
     * power, which is 4e-4 of such a delta. Its distribution of one step, composed in 80-bit
     * arithmetic, gives 4.46720695.
     */
    @ParameterizedTest
    @CsvFileSource(resources = "/accounting.csv", numLinesToSkip = 1)
    void golden_poissonSampledGaussian(
            double rate,
            double noiseMultiplier,
            long steps,
            double delta,
            double rdpSigned,
            double order,
            double rdpMagnitudes,
            double pld) {
        PrivacyEvent event = sampled(rate, noiseMultiplier, steps);

        PrivacyBound rdp = RDP.epsilon(event, delta);

        assertEquals(rdpSigned, rdp.value(), RDP_TOLERANCE * rdpSigned);
        assertEquals(order, rdp.order().getAsDouble());
        assertTrue(rdp.value() <= rdpMagnitudes * (1 + RDP_TOLERANCE));
        assertEquals(rdpMagnitudes, rdp.value(), 2e-3 * rdpMagnitudes);
        double trusted = steps == 100_000 ? 4.46720695 : pld;
        assertEquals(trusted, PLD.epsilon(event, delta).value(), PLD_TOLERANCE * trusted);
    }

    @ParameterizedTest
    @CsvSource({
        "0.04, 1.5, 2250, 1e-5, 7.32911117143, 1e-11",
        "0.0025, 1.3, 6000, 1e-5, 0.7242234026109595, 1e-9",
        "0.001, 1.0, 30000, 1e-7, 1.4154988495444842, 1e-9",
        "1, 0.7, 2, 1e-5, 10.8602036, 1e-8",
        "0.01, 1.1, 1000, 1e-5, 1.7117700912203435, 1e-9",
        "0.002, 0.8, 5000, 1e-6, 2.1177963741521975, 1e-9",
        "1, 5, 100, 1e-5, 10.725509696418232, 1e-12",
        "1, 1, 1, 1e-5, 4.728507067217623, 1e-12"
    })
    void rdp(double q, double s, long steps, double delta, double epsilon, double tolerance) {
        double found = RDP.epsilon(sampled(q, s, steps), delta).value();

        assertEquals(epsilon, found, tolerance * epsilon);
    }

    /** Printed with eight digits, so the last of them may differ. */
    @ParameterizedTest
    @CsvSource({
        "0.04, 1.5, 2250, 1e-5, 6.768787373891152",
        "0.01, 0.7, 120, 1e-5, 2.4612381",
        "1, 0.7, 2, 1e-5, 10.1224946",
        "0.01, 0.67379294682, 1, 1e-5, 1.0",
        "0.001, 0.53492750433, 25, 1e-5, 0.99999375",
        "1, 1.7320508075688772, 3, 0.126936, 1.0",
        "0.01, 1.1, 1000, 1e-5, 1.5153702481094293",
        "0.002, 0.8, 5000, 1e-6, 1.4557523224239566",
        "1, 5, 100, 1e-5, 9.997256407509484",
        "1, 1, 1, 1e-5, 4.37717810004804"
    })
    void pld(double q, double s, long steps, double delta, double epsilon) {
        double found = PLD.epsilon(sampled(q, s, steps), delta).value();

        assertEquals(epsilon, found, PLD_TOLERANCE * epsilon);
    }

    /** Opacus prints an upper bound that lies above its estimate by the 0.01 that it may be off. */
    @ParameterizedTest
    @CsvSource({
        "0.04, 1.5, 2249, 1e-5, 6.777395712150674",
        "0.04, 1.5, 2250, 1e-5, 6.779132076254119",
        "0.01, 1.1, 1000, 1e-5, 1.525472649316146",
        "0.002, 0.8, 5000, 1e-6, 1.4658390071804452"
    })
    void pld_besidePrv_isBelowItByItsAllowance(
            double q, double s, long steps, double delta, double upper) {
        double found = PLD.epsilon(sampled(q, s, steps), delta).value();

        assertTrue(found < upper);
        assertEquals(upper - 0.01, found, 5e-4);
    }

    @ParameterizedTest
    @CsvSource({
        "1, 5, 100, 1e-5, 9.997256146434315",
        "1, 1, 1, 1e-5, 4.377178095681137",
        "1, 5, 1, 1e-5, 0.7255217508577959",
        "1, 2, 1, 1e-6, 2.254084650219736"
    })
    void exactGaussian(double q, double s, long steps, double delta, double epsilon) {
        PrivacyEvent event = sampled(q, s, steps);

        assertEquals(epsilon, EXACT.epsilon(event, delta).value(), 1e-12 * epsilon);
        assertEquals(epsilon, PLD.epsilon(event, delta).value(), PLD_TOLERANCE * epsilon);
    }

    @Test
    void rdp_atTheBestOrders() {
        assertEquals(19, RDP.epsilon(sampled(0.0025, 1.3, 6000), 1e-5).order().getAsDouble());
        assertEquals(13, RDP.epsilon(sampled(0.001, 1, 30_000), 1e-7).order().getAsDouble());
    }

    /** dp_accounting, with magnitudes: within the thousandth that they cost. */
    @ParameterizedTest
    @CsvSource({
        "0.04, 1.5, 2250, 1e-5, 7.329334702381698",
        "0.01, 0.7, 120, 1e-5, 3.2392676",
        "0.001, 0.53492750433, 25, 1e-5, 2.80"
    })
    void rdp_besideASeriesOfMagnitudes_isBelowByLittle(
            double q, double s, long steps, double delta, double magnitudes) {
        double found = RDP.epsilon(sampled(q, s, steps), delta).value();

        assertEquals(magnitudes, found, 1e-3 * magnitudes);
    }

    @ParameterizedTest
    @CsvSource({"1.13, 1600, 1e-6, 18.709609893772754", "4, 100, 1e-5, 2.9585088589640254"})
    void tree(double s, long leaves, double delta, double epsilon) {
        PrivacyEvent tree = new PrivacyEvent.TreeAggregation(s, leaves, 0);
        RdpAccountant rdp = RdpAccountant.of(Adjacency.REPLACE_WITH_ZERO);
        GaussianAccountant exact = GaussianAccountant.of(Adjacency.REPLACE_WITH_ZERO);

        assertEquals(epsilon, rdp.epsilon(tree, delta).value(), 1e-12 * epsilon);
        assertTrue(exact.epsilon(tree, delta).value() < epsilon);
    }
}
