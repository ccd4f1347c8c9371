package dev.gossamer.privacy.mechanism;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.math.BigDecimal;
import java.math.BigInteger;

class CentralNoisePlanTest {
    @Test
    void finest_ofUsualCohorts_isTheFinestThatDoublesAllow() {
        CentralNoisePlan plan = CentralNoisePlan.finest(1, 57_344, 1000);

        assertEquals(1L << 40, plan.clipSteps());
        BigDecimal variance = new BigDecimal(plan.noise().variance());
        assertTrue(variance.compareTo(new BigDecimal(plan.squaredSensitivity())) >= 0);
        assertEquals(0x1.0p80, plan.noise().variance(), 0x1.0p50);
    }

    @Test
    void finest_ofMuchNoise_isCoarserAndOneFinerIsRefused() {
        CentralNoisePlan plan = CentralNoisePlan.finest(1e7, 100, 1000);
        long finer = 2 * plan.clipSteps();

        assertTrue(finer < 1L << 40);
        String text =
                assertThrows(
                                IllegalArgumentException.class,
                                () -> new CentralNoisePlan(1e7, 100, 1000, finer))
                        .getMessage();
        assertTrue(text.startsWith("sums can leave the ring: largestSum="), text);
    }

    @Test
    void plan_clippedAndRoundedVector_isWithinItsSensitivity() {
        CentralNoisePlan plan = new CentralNoisePlan(1, 4, 10, 1);
        double[] values = {1e30, 1e30, 1e30, 1e30};

        new FixedClip(7).clipInPlace(values);
        long[] sent = plan.grid(7).nearest(values);

        assertEquals(BigInteger.valueOf(4), plan.squaredSensitivity());
        IntegerNorms.requireWithin(sent, plan.squaredSensitivity());
        assertThrows(
                SensitivityException.class,
                () ->
                        IntegerNorms.requireWithin(
                                new long[] {2, 1, 0, 0}, plan.squaredSensitivity()));
    }

    @Test
    void plan_outOfRange_isRefused() {
        assertThrows(IllegalArgumentException.class, () -> new CentralNoisePlan(0, 10, 10, 1));
        assertThrows(
                IllegalArgumentException.class, () -> new CentralNoisePlan(Double.NaN, 10, 10, 1));
        assertThrows(IllegalArgumentException.class, () -> new CentralNoisePlan(1, 10, 10, 0));
        assertThrows(IllegalArgumentException.class, () -> new CentralNoisePlan(1, 0, 10, 1));
    }
}
