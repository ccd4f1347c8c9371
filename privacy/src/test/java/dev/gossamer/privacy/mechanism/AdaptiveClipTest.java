package dev.gossamer.privacy.mechanism;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.SplittableRandom;

class AdaptiveClipTest {
    private static AdaptiveClipPlan plan(double initialBound, double z, int cohort) {
        return new AdaptiveClipPlan(
                initialBound,
                1e-6,
                1e6,
                AdaptiveClipPlan.USUAL_QUANTILE,
                AdaptiveClipPlan.USUAL_LEARNING_RATE,
                z,
                cohort);
    }

    /** The bound after 200 rounds of a hundred clients whose norms are log-normal of median 1. */
    private static double simulated(double initialBound, int sign, int seed) {
        AdaptiveClipPlan plan = plan(initialBound, 1, 100);
        DiscreteGaussian noise = plan.doubledCountNoise();
        NoiseCoins coins = Seeds.coins(seed);
        SplittableRandom norms = new SplittableRandom(seed);
        AdaptiveClip clip = plan.start();
        for (int round = 0; round < 200; round++) {
            long sum = 0;
            for (int client = 0; client < 100; client++) {
                double[] update = {Math.exp(norms.nextGaussian())};
                sum += clip.clip().clipInPlace(update).doubledBit();
            }
            clip = clip.next(sign * sum + noise.sample(coins));
        }
        return clip.bound();
    }

    /**
     * The bound's logarithm stays at a deviation of 0.025 for the noise and as much for the chance
     * of a hundred clients, 0.036 together: the tenth is 2.6 of it or more, and the seeds are
     * fixed.
     */
    @ParameterizedTest
    @CsvSource({"1, 41", "0.1, 42", "10, 43", "0.001, 44", "1000, 45"})
    void bound_after200Rounds_isWithinATenthOfTheMedian(double initialBound, int seed) {
        assertEquals(1, simulated(initialBound, 1, seed), 0.1);
    }

    /** The test of the test: whoever counts the clipped, and keeps the sign, ends at nothing. */
    @Test
    void bound_byTheCountOfTheClipped_runsAway() {
        assertTrue(simulated(1, -1, 46) < 1e-4);
    }

    @ParameterizedTest
    @CsvSource({
        "1, 5, 1.005037815259212",
        "1.1, 2.5, 1.1276270061440032",
        "0.5, 5, 0.5006261743217588"
    })
    void valueNoiseMultiplier_isWhatTheCountLeaves(double z, double deviation, double expected) {
        assertEquals(expected, AdaptiveClipPlan.valueNoiseMultiplier(z, deviation), 1e-14);
    }

    @Test
    void valueNoiseMultiplier_countThatSpendsAll_isRefused() {
        String text =
                assertThrows(
                                IllegalArgumentException.class,
                                () -> AdaptiveClipPlan.valueNoiseMultiplier(2, 1))
                        .getMessage();

        assertEquals(
                "the count spends more than the round: noiseMultiplier=2.0, bound=2.0, twice the"
                        + " deviation of the count",
                text);
    }

    @Test
    void countDeviation_isATwentiethOfTheCohortOrTheMultiplier() {
        assertEquals(5, plan(1, 1, 100).countDeviation());
        assertEquals(3, plan(1, 3, 40).countDeviation());
        assertEquals(36, plan(1, 3, 40).doubledCountNoise().variance());
        assertEquals(3 / Math.sqrt(0.75), plan(1, 3, 40).valueNoiseMultiplier(), 1e-14);
    }

    @Test
    void next_shareAtTheQuantile_keepsTheBound() {
        assertEquals(2, plan(2, 1, 100).start().next(0).bound());
    }

    @Test
    void next_allWithinOrAllBeyond_movesByHalfTheRate() {
        AdaptiveClip start = plan(2, 1, 100).start();

        assertEquals(2 * Math.exp(-0.1), start.next(100).bound(), 1e-15);
        assertEquals(2 * Math.exp(0.1), start.next(-100).bound(), 1e-15);
    }

    /** However large the noise, the share is one of [0, 1]. */
    @Test
    void next_countBeyondTheCohort_countsAsAll() {
        AdaptiveClip start = plan(2, 1, 100).start();

        assertEquals(start.next(100), start.next(Long.MAX_VALUE));
        assertEquals(start.next(-100), start.next(Long.MIN_VALUE));
    }

    @Test
    void next_atTheEndOfTheRange_stays() {
        assertEquals(1e-6, plan(1e-6, 1, 100).start().next(100).bound());
        assertEquals(1e6, plan(1e6, 1, 100).start().next(-100).bound());
    }

    @Test
    void plan_cohortTooSmallForItsNoise_isRefused() {
        assertEquals(10, plan(1, 1, 10).expectedCohort());

        String text =
                assertThrows(IllegalArgumentException.class, () -> plan(1, 1.01, 10)).getMessage();

        assertEquals(
                "cohort is too small for the noise of an adaptive clip bound: expectedCohort=10,"
                        + " noiseMultiplier=1.01, bound=10.1; take a fixed clip bound or more"
                        + " clients",
                text);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
    void plan_noiseThatIsNone_isRefused(double z) {
        String text =
                assertThrows(IllegalArgumentException.class, () -> plan(1, z, 100)).getMessage();

        assertEquals("noise multiplier must be positive: noiseMultiplier=" + z, text);
    }

    @Test
    void plan_parameterOutOfRange_isRefused() {
        assertThrows(IllegalArgumentException.class, () -> plan(1e7, 1, 100));
        assertThrows(IllegalArgumentException.class, () -> plan(1, 0.01, 1));
        assertThrows(IllegalArgumentException.class, () -> plan(Double.NaN, 1, 100));
        assertThrows(
                IllegalArgumentException.class,
                () -> new AdaptiveClipPlan(1, 0, 2, 0.5, 0.2, 1, 100));
        assertThrows(
                IllegalArgumentException.class,
                () -> new AdaptiveClipPlan(1, 1, 2, 1, 0.2, 1, 100));
        assertThrows(
                IllegalArgumentException.class,
                () -> new AdaptiveClipPlan(1, 1, 2, 0.5, Double.NaN, 1, 100));
        assertThrows(
                IllegalArgumentException.class,
                () -> new AdaptiveClip(plan(1, 1, 100), Double.NaN));
    }
}
