package dev.gossamer.privacy.accountant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.SplittableRandom;

class SampledGaussianTest {
    private static double logMoment(double q, double s, double order) {
        return (order - 1) * new SampledGaussian(q, s).divergence(order);
    }

    /**
     * {@code ln A} by the trapezoidal rule over {@code A - 1}, of which the integrand is not
     * negative. It is analytic but for branch points pi s^2 off the line and falls like a Gaussian,
     * so steps of s/50 leave nothing.
     */
    private static double quadrature(double q, double s, double order) {
        double step = s / 50;
        double sum = 0;
        for (double x = -12 * s; x < order + 12 * s; x += step) {
            double y = q * Math.expm1((2 * x - 1) / (2 * s * s));
            double density = Math.exp(-x * x / (2 * s * s)) / (s * Math.sqrt(2 * Math.PI));
            double grown =
                    order * Math.log1p(y) - x * x / (2 * s * s) < 690
                            ? Math.expm1(order * Math.log1p(y)) - order * y
                            : Double.NaN;
            sum += step * density * grown;
        }
        return Math.log1p(sum);
    }

    /** By quadrature with 30 digits; the last is in closed form, ln(1 + q^2 (e - 1)). */
    @ParameterizedTest
    @CsvSource({
        "0.04, 1.5, 3.9, 0.0053162863787931",
        "0.04, 1.5, 1.5, 3.3155584695581e-4",
        "0.01, 1.1, 9.6, 0.006416068116823",
        "0.1, 1, 3.2, 0.078529119389703",
        "0.1, 1, 1.5, 0.0058672960983427",
        "0.01, 2.5, 1.5, 6.5007089718674e-6",
        "0.01, 2.5, 2.5, 3.2562541707522e-5",
        "0.002, 0.8, 7.2, 4.4320094765871e-4",
        "0.001, 1, 1.1, 9.4278192010396e-8",
        "0.001, 1, 2, 1.718280352214069e-6"
    })
    void logMoment_isTheQuadrature(double q, double s, double order, double expected) {
        double tolerance = Math.max(1e-14, 1e-9 * expected);

        assertEquals(expected, logMoment(q, s, order), tolerance);
        assertEquals(expected, quadrature(q, s, order), tolerance);
    }

    @Test
    void logMoment_atRandomParameters_isTheQuadrature() {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 300; i++) {
            double q = Math.pow(10, random.nextDouble(-3, -0.02));
            double s = Math.pow(10, random.nextDouble(-0.2, 1.2));
            double order = random.nextDouble(1.05, 11);
            double expected = quadrature(q, s, order);

            assertEquals(
                    expected,
                    logMoment(q, s, order),
                    Math.max(2e-14, 1e-9 * expected),
                    () -> "q=" + q + ", s=" + s + ", order=" + order);
        }
    }

    @Test
    void logMoment_atIntegers_isTheQuadrature() {
        SplittableRandom random = new SplittableRandom(2);
        for (int i = 0; i < 100; i++) {
            double q = Math.pow(10, random.nextDouble(-3, -0.02));
            double s = Math.pow(10, random.nextDouble(0, 1.2));
            int order = random.nextInt(2, 12);
            double expected = quadrature(q, s, order);

            assertEquals(expected, logMoment(q, s, order), 1e-9 * expected);
        }
    }

    /**
     * {@code ln(1 + q^2 (e^(1/s^2) - 1))} to the last digits, where a sum near 1 would hold none.
     */
    @ParameterizedTest
    @ValueSource(doubles = {1e-3, 1e-6, 1e-9, 1e-12})
    void orderTwo_ofTinyRates_keepsItsDigits(double q) {
        double expected = Math.log1p(q * q * Math.expm1(1 / 1.21));

        assertEquals(expected, logMoment(q, 1.1, 2), 1e-14 * expected);
    }

    /** Where the series holds no digits, the chord over integers stands in, from above. */
    @Test
    void fractionalOrder_ofTinyRates_isBoundedByItsNeighbours() {
        SampledGaussian release = new SampledGaussian(1e-8, 1);

        double found = release.divergence(2.5);

        assertTrue(found > release.divergence(2));
        assertTrue(found < release.divergence(3));
    }

    @Test
    void divergence_risesWithTheOrder() {
        for (double s : new double[] {0.3, 1, 20}) {
            for (double q : new double[] {0.001, 0.01, 0.5, 0.999}) {
                SampledGaussian release = new SampledGaussian(q, s);
                double before = 0;
                for (double order = 1.1; order < 30; order += 0.3) {
                    double divergence = release.divergence(order);
                    assertTrue(
                            divergence >= before * (1 - 1e-9),
                            "q=" + q + ", s=" + s + ", order=" + order);
                    before = divergence;
                }
            }
        }
    }

    /** Sampling never costs more than taking everybody. */
    @Test
    void divergence_isAtMostThatOfAll() {
        for (double s : new double[] {0.05, 0.5, 5, 500}) {
            for (double order : new double[] {1.1, 1.5, 2, 7.7, 63, 1024}) {
                double divergence = new SampledGaussian(0.9, s).divergence(order);

                assertTrue(divergence > 0 && divergence <= order / (2 * s * s) * (1 + 1e-9));
            }
        }
    }
}
