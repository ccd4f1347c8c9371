package dev.gossamer.privacy.mechanism;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.math.BigDecimal;
import java.math.BigInteger;

class DistributedNoisePlanTest {
    private static final IntegerMechanism GAUSSIAN = IntegerMechanism.DISCRETE_GAUSSIAN;

    private static DistributedSetting setting(IntegerMechanism mechanism, int modulusBits) {
        return new DistributedSetting(mechanism, 1.5, 57_344, 50, 34, 4, modulusBits);
    }

    /** The bounds, by integers alone: sum and six deviations fit, and at twice the grid do not. */
    @ParameterizedTest
    @CsvSource({"DISCRETE_GAUSSIAN, 32", "DISCRETE_GAUSSIAN, 64", "SKELLAM, 32", "SKELLAM, 64"})
    void finest_ofASetting_fitsTheRingAndGuaranteesTheNoise(
            IntegerMechanism mechanism, int modulusBits) {
        DistributedNoisePlan plan = DistributedNoisePlan.finest(setting(mechanism, modulusBits));

        BigInteger squared = plan.squaredSensitivity();
        BigDecimal local = new BigDecimal(plan.localVariance());
        BigDecimal guaranteed = local.multiply(BigDecimal.valueOf(30));
        assertTrue(
                guaranteed.compareTo(new BigDecimal(squared).multiply(new BigDecimal("2.25")))
                        >= 0);
        BigInteger sixDeviations =
                local.multiply(BigDecimal.valueOf(36 * 50)).toBigInteger().sqrt();
        BigInteger most = squared.sqrt().multiply(BigInteger.valueOf(50)).add(sixDeviations);
        assertTrue(most.bitLength() < modulusBits);
        assertEquals(1, Long.bitCount(plan.clipSteps()));
        assertEquals(plan.localVariance(), plan.localNoise().variance());
    }

    /** Where the ring and not the law or the doubles set the grid. */
    @Test
    void finest_oneStepFiner_isRefusedWithItsNumbers() {
        DistributedNoisePlan plan = DistributedNoisePlan.finest(setting(GAUSSIAN, 32));
        assertEquals(1L << 25, plan.clipSteps());

        String text =
                assertThrows(
                                IllegalArgumentException.class,
                                () -> new DistributedNoisePlan(plan.setting(), 1L << 26))
                        .getMessage();

        assertTrue(text.startsWith("sums can leave the ring: largestSum=3355443"), text);
        assertTrue(text.contains("noiseDeviations=6 of 1.2995"), text);
        assertTrue(text.contains("bound=2147483648, modulusBits=32; take"), text);
    }

    /** In the ring of 64 bits a Skellam grid is as fine as its law goes, a Gaussian as doubles. */
    @Test
    void finest_inALargeRing_isAsFineAsTheLaw() {
        assertEquals(1L << 40, DistributedNoisePlan.finest(setting(GAUSSIAN, 64)).clipSteps());

        DistributedNoisePlan skellam =
                DistributedNoisePlan.finest(setting(IntegerMechanism.SKELLAM, 64));

        assertTrue(skellam.localVariance() <= Skellam.LARGEST_VARIANCE);
        assertTrue(4 * skellam.localVariance() > Skellam.LARGEST_VARIANCE);
    }

    @Test
    void require_sumAtTheEndOfTheRing_passesAndOneMoreDoesNot() {
        BigDecimal variance = BigDecimal.valueOf(100);
        BigInteger most = BigInteger.valueOf((1L << 31) - 1 - 60);

        new RingCapacity(32, most, variance).require();
        assertTrue(new RingCapacity(32, most, variance).isEnough());
        assertFalse(new RingCapacity(32, most.add(BigInteger.ONE), variance).isEnough());
        assertFalse(new RingCapacity(32, most, variance.add(new BigDecimal("0.001"))).isEnough());
        assertFalse(new RingCapacity(32, BigInteger.ONE.shiftLeft(40), variance).isEnough());
        assertTrue(new RingCapacity(64, BigInteger.ONE.shiftLeft(40), variance).isEnough());
    }

    @Test
    void plan_localNoiseTooFine_isRefusedForTheGaussianOnly() {
        DistributedSetting gaussian = new DistributedSetting(GAUSSIAN, 0.5, 4, 100, 100, 0, 32);
        DistributedSetting skellam =
                new DistributedSetting(IntegerMechanism.SKELLAM, 0.5, 4, 100, 100, 0, 32);

        String text =
                assertThrows(
                                IllegalArgumentException.class,
                                () -> new DistributedNoisePlan(gaussian, 16))
                        .getMessage();

        assertTrue(
                text.startsWith(
                        "a client's noise is too fine for its sum to count as discrete Gaussian:"
                                + " localSigma=0.8"),
                text);
        assertTrue(text.contains(", bound=2.0, tau="), text);
        assertTrue(new DistributedNoisePlan(skellam, 16).localVariance() < 1);
        assertEquals(64, new DistributedNoisePlan(gaussian, 64).clipSteps());
    }

    @ParameterizedTest
    @CsvSource({"4, 100, 2.6e-68", "1, 10, 5.4e-4", "0.5, 10, 2.3", "2, 1000000, 7.2e-17"})
    void tau_ofSums_isThePublishedBound(double localSigma, int count, double expected) {
        assertEquals(expected, DistributedNoisePlan.tau(localSigma, count), 0.025 * expected);
    }

    @Test
    void charge_ofAPlan_isOnTheSafeSide() {
        DistributedNoisePlan plan =
                new DistributedNoisePlan(
                        new DistributedSetting(GAUSSIAN, 1, 4000, 20, 12, 2, 32), 100);

        DistributedCharge charge = plan.charge();

        assertEquals(BigInteger.valueOf(11156), plan.squaredSensitivity());
        assertTrue(charge.l2() >= Math.sqrt(11156));
        assertEquals(Math.sqrt(11156), charge.l2(), 1e-11);
        assertEquals(64 * Math.sqrt(11156), charge.l1(), 1e-9);
        assertEquals(4096, charge.dimension());
        assertEquals(10, charge.contributors());
        assertEquals(1115.6, charge.localVariance(), 1e-9);
        assertTrue(charge.localVariance() * 10 >= 11156);
    }

    @Test
    void charge_ofAShortNorm_isBoundedByItsSquare() {
        DistributedSetting setting =
                new DistributedSetting(IntegerMechanism.SKELLAM, 1, 1 << 20, 4, 3, 0, 32);

        DistributedCharge charge = new DistributedNoisePlan(setting, 1).charge();

        assertEquals(262_658, charge.l1(), 1e-6);
        assertTrue(charge.l1() < Math.sqrt(1 << 20) * charge.l2());
        assertEquals(1 << 20, charge.dimension());
    }

    @ParameterizedTest
    @EnumSource(IntegerMechanism.class)
    void setting_outOfRange_isRefused(IntegerMechanism mechanism) {
        assertEquals(
                "least survivors, of whom two are honest out of range: value=11, bound=12..20",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> new DistributedSetting(mechanism, 1, 10, 20, 11, 10, 32))
                        .getMessage());
        assertThrows(
                IllegalArgumentException.class,
                () -> new DistributedSetting(mechanism, 1, 10, 20, 21, 0, 32));
        assertThrows(
                IllegalArgumentException.class,
                () -> new DistributedSetting(mechanism, 1, 0, 20, 15, 0, 32));
        assertThrows(
                IllegalArgumentException.class,
                () -> new DistributedSetting(mechanism, 1, 10, 20, 15, -1, 32));
        DistributedSetting odd = new DistributedSetting(mechanism, 1, 10, 20, 15, 0, 31);
        assertEquals(
                "no such ring: modulusBits=31, bound=32 or 64",
                assertThrows(IllegalArgumentException.class, () -> DistributedNoisePlan.finest(odd))
                        .getMessage());
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
    void setting_noiseThatIsNone_isRefused(double z) {
        assertEquals(
                "noise multiplier must be positive and finite: value=" + z,
                assertThrows(
                                IllegalArgumentException.class,
                                () -> new DistributedSetting(GAUSSIAN, z, 10, 20, 15, 0, 32))
                        .getMessage());
    }

    /** Cohorts so large that not even the coarsest grid fits. */
    @Test
    void finest_nothingFits_isRefused() {
        DistributedSetting crowd =
                new DistributedSetting(GAUSSIAN, 1e6, 1 << 20, 1 << 20, 10, 0, 32);

        assertThrows(IllegalArgumentException.class, () -> DistributedNoisePlan.finest(crowd));
    }
}
