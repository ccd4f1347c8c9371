package dev.gossamer.privacy.accountant;

import static dev.gossamer.privacy.accountant.Releases.EXACT;
import static dev.gossamer.privacy.accountant.Releases.PLD;
import static dev.gossamer.privacy.accountant.Releases.RDP;
import static dev.gossamer.privacy.accountant.Releases.sampled;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.privacy.accountant.PrivacyEvent.Composed;
import dev.gossamer.privacy.accountant.PrivacyEvent.DiscreteGaussian;
import dev.gossamer.privacy.accountant.PrivacyEvent.NonPrivate;
import dev.gossamer.privacy.accountant.PrivacyEvent.TreeAggregation;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;
import java.util.SplittableRandom;

class PldAccountantTest {
    /** The loss of removing a record that takes part with rate q, at x. */
    private static double loss(double q, double s, double x) {
        return Math.log1p(q * Math.expm1((2 * x - 1) / (2 * s * s)));
    }

    private static double normal(double s, double x) {
        return Math.exp(-x * x / (2 * s * s)) / (s * Math.sqrt(2 * Math.PI));
    }

    /** The hockey stick of one release, the larger of both directions, in 200,000 places. */
    private static double oneRelease(double q, double s, double epsilon) {
        double step = (1 + 24 * s) / 2e5;
        double removing = 0;
        double adding = 0;
        for (double x = -12 * s; x < 1 + 12 * s; x += step) {
            double without = normal(s, x);
            double with = (1 - q) * without + q * normal(s, x - 1);
            removing += step * Math.max(0, with - Math.exp(epsilon) * without);
            adding += step * Math.max(0, without - Math.exp(epsilon) * with);
        }
        return Math.max(removing, adding);
    }

    @Test
    void delta_ofOneRelease_isTheIntegratedHockeyStick() {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 12; i++) {
            double q = Math.pow(10, random.nextDouble(-3, 0));
            double s = Math.pow(10, random.nextDouble(-0.4, 0.7));
            double epsilon = random.nextDouble(0.01, 2);
            double expected = oneRelease(q, s, epsilon);

            double found = PLD.delta(sampled(q, s, 1), epsilon).value();

            String at = "q=" + q + ", s=" + s + ", epsilon=" + epsilon + ", delta=" + expected;
            assertEquals(expected, found, 1e-5 * expected + 1e-12, at);
        }
    }

    /** Both losses on a mesh of 3,000 by 3,000 places. */
    @Test
    void delta_ofTwoDifferentReleases_isTheIntegratedHockeyStick() {
        double q = 0.2;
        double s = 0.9;
        double r = 0.05;
        double t = 0.7;
        double epsilon = 1.2;
        int places = 3000;
        double stepX = (1 + 16 * s) / places;
        double stepY = (1 + 16 * t) / places;
        double expected = 0;
        for (int i = 0; i < places; i++) {
            double x = -8 * s + (i + 0.5) * stepX;
            double lossX = loss(q, s, x);
            double massX = stepX * Math.exp(lossX) * normal(s, x);
            for (int j = 0; j < places; j++) {
                double y = -8 * t + (j + 0.5) * stepY;
                double loss = lossX + loss(r, t, y);
                if (loss > epsilon) {
                    double massY = stepY * Math.exp(loss - lossX) * normal(t, y);
                    expected -= massX * massY * Math.expm1(epsilon - loss);
                }
            }
        }

        PrivacyEvent both = new Composed(List.of(sampled(q, s, 1), sampled(r, t, 1)));

        assertEquals(expected, PLD.delta(both, epsilon).value(), 1e-4 * expected);
    }

    @Test
    void phases_thatAreEqual_areOneOfThemAll() {
        PrivacyEvent halves = new Composed(List.of(sampled(0.03, 1, 400), sampled(0.03, 1, 600)));
        PrivacyEvent whole = sampled(0.03, 1, 1000);

        assertEquals(PLD.epsilon(whole, 1e-6), PLD.epsilon(halves, 1e-6));
    }

    /** Phases whose parameters differ in the last digits only are composed as different ones. */
    @Test
    void phases_thatAreAlmostEqual_areAlmostOneOfThemAll() {
        PrivacyEvent halves =
                new Composed(List.of(sampled(0.03, 1, 400), sampled(0.03, 1 + 1e-13, 600)));
        double whole = PLD.epsilon(sampled(0.03, 1, 1000), 1e-6).value();

        assertEquals(whole, PLD.epsilon(halves, 1e-6).value(), 1e-8);
    }

    @Test
    void phases_ofEverybody_areTheExactGaussian() {
        PrivacyEvent event =
                new Composed(List.of(sampled(1, 3, 10), sampled(1, 7.5, 40), sampled(1, 20, 1)));
        double exact = EXACT.epsilon(event, 1e-6).value();

        assertEquals(exact, PLD.epsilon(event, 1e-6).value(), 1e-6 * exact);
    }

    /** From much noise to so little that losses leave the range of exponentials. */
    @ParameterizedTest
    @CsvSource({
        "1000, 1, 1e-9, 2e-3",
        "200, 100000, 1e-12, 1e-4",
        "50, 10000, 1e-8, 1e-5",
        "1.3, 50, 1e-10, 1e-7",
        "0.5, 100, 1e-5, 1e-7",
        "0.05, 3, 1e-5, 1e-7",
        "0.02, 1, 1e-5, 1e-5"
    })
    void everybody_atAnyNoise_isTheExactGaussian(
            double s, long steps, double delta, double tolerance) {
        PrivacyEvent event = sampled(1, s, steps);
        double exact = EXACT.epsilon(event, delta).value();

        double found = PLD.epsilon(event, delta).value();

        assertTrue(found >= exact * (1 - 1e-9), "found=" + found + ", exact=" + exact);
        assertEquals(exact, found, tolerance * exact);
    }

    /**
     * Whoever takes part in one of three rounds of so little noise is known. Twice is 0.027 and
     * three times 0.001, so a delta of 1e-5 must pay for all three.
     */
    @Test
    void littleNoise_overASample_paysForEachRound() {
        double found = PLD.epsilon(sampled(0.1, 0.01, 3), 1e-5).value();

        assertTrue(found > 3 * 5000 && found < 1.1 * 3 * 5000, "epsilon=" + found);
    }

    @ParameterizedTest
    @CsvSource({
        "0.02, 0.9, 500, 1e-5",
        "0.0001, 0.5, 100000, 1e-8",
        "0.000001, 0.4, 100000, 1e-9",
        "0.5, 50, 100000, 1e-12",
        "0.01, 1000, 1000000, 1e-6",
        "0.999, 1, 10, 1e-5",
        "0.02, 1, 1000, 1e-15",
        "0.03, 1, 1, 1e-5"
    })
    void delta_atTheEpsilon_isTheDelta(double q, double s, long steps, double delta) {
        PrivacyEvent event = sampled(q, s, steps);

        double epsilon = PLD.epsilon(event, delta).value();

        assertEquals(delta, PLD.delta(event, epsilon).value(), 2e-5 * delta);
        assertTrue(epsilon <= RDP.epsilon(event, delta).value());
    }

    @Test
    void epsilon_fallsWithNoiseAndDelta_andRisesWithRateAndSteps() {
        double base = PLD.epsilon(sampled(0.02, 0.9, 500), 1e-5).value();

        assertTrue(PLD.epsilon(sampled(0.02, 0.91, 500), 1e-5).value() < base);
        assertTrue(PLD.epsilon(sampled(0.02, 0.9, 500), 1.1e-5).value() < base);
        assertTrue(PLD.epsilon(sampled(0.021, 0.9, 500), 1e-5).value() > base);
        assertTrue(PLD.epsilon(sampled(0.02, 0.9, 510), 1e-5).value() > base);
    }

    /** On a coarser grid the answer is another upper bound, and not a better one. */
    @Test
    void coarserGrid_givesMore() {
        PrivacyEvent event = sampled(0.05, 1.2, 800);
        PldAccountant coarse = PldAccountant.onGrid(Adjacency.ADD_OR_REMOVE_ONE, 1e-2);
        double fine = PLD.epsilon(event, 1e-5).value();

        double found = coarse.epsilon(event, 1e-5).value();

        assertTrue(found > fine);
        assertEquals(fine, found, 5e-3 * fine);
    }

    /**
     * What a sampled release reveals to whoever adds a record is at most ln(1 / (1 - q)) a step.
     */
    @Test
    void delta_beyondEveryLoss_isNothing() {
        assertEquals(0, PLD.delta(sampled(0.5, 2, 1), 60).value(), 1e-27);
    }

    @Test
    void epsilon_belowWhatAnyDeltaLeaves_isInfinite() {
        assertEquals(Double.POSITIVE_INFINITY, PLD.epsilon(sampled(0.5, 2, 10), 1e-40).value());
    }

    @Test
    void epsilon_atALargeDelta_isZero() {
        assertEquals(0, PLD.epsilon(sampled(1, 1, 1), 0.9).value());
        assertEquals(0, PLD.epsilon(sampled(1e-9, 1, 1), 1e-5).value());
        assertEquals(0, PLD.epsilon(sampled(0, 1, 100), 1e-5).value());
        assertEquals(0, PLD.epsilon(new Composed(List.of()), 1e-5).value());
    }

    @Test
    void nonPrivate_isInfinite() {
        assertEquals(Double.POSITIVE_INFINITY, PLD.epsilon(new NonPrivate(), 0.5).value());
        assertEquals(1, PLD.delta(new NonPrivate(), 100).value());
    }

    @Test
    void tree_isAsManyGaussianReleasesAsHoldARecord() {
        PldAccountant zeros = PldAccountant.of(Adjacency.REPLACE_WITH_ZERO);
        double exact =
                GaussianAccountant.of(Adjacency.REPLACE_WITH_ZERO)
                        .epsilon(new TreeAggregation(4, 100, 0), 1e-5)
                        .value();

        double found = zeros.epsilon(new TreeAggregation(4, 100, 0), 1e-5).value();

        assertEquals(exact, found, 1e-6 * exact);
    }

    @Test
    void discreteNoise_isNotCovered() {
        PrivacyEvent event = Sampling.secretPoisson(0.1).charge(new DiscreteGaussian(2));

        assertEquals(
                new Coverage.NotCovered(
                        "only the Renyi curve of a release is known: release=" + event),
                PLD.coverage(event));
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> PLD.epsilon(event, 1e-5));
        assertEquals(
                "event is not covered: accountant=pld, adjacency=add-or-remove-one, cause=only the"
                        + " Renyi curve of a release is known: release="
                        + event,
                refused.getMessage());
    }
}
