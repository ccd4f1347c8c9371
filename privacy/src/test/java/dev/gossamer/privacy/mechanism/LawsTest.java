package dev.gossamer.privacy.mechanism;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.privacy.mechanism.StepEnvelope.Step;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;

/** Bounds that the proof of the sampler leans on, each against exact arithmetic. */
class LawsTest {
    private static BigDecimal middle(DyadicInterval interval) {
        return new BigDecimal(interval.low().add(interval.high()))
                .divide(new BigDecimal(BigInteger.ONE.shiftLeft(interval.bits() + 1)));
    }

    /** How far the logarithm is from the truth, over its bound; exp(log) is exact to 150 places. */
    private static double overBound(UnimodalLaw law, long offset, BigDecimal exact) {
        double log = law.log(offset);
        BigDecimal relative =
                exact.divide(ExactMass.exp(new BigDecimal(log)), ExactMass.PLACES)
                        .subtract(BigDecimal.ONE);
        return Math.abs(relative.doubleValue()) / law.logError(offset, log);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0x1.0p-40, 0.3, 1, 7.25, 15.99, 16, 17.5, 100, 255.5, 1234.75, 2999})
    void poisson_logOfAMass_isWithinAThirdOfItsBound(double mean) {
        PoissonLaw law = new PoissonLaw(mean);
        int mode = (int) law.mode();
        int reach = (int) (9 * Math.sqrt(mean)) + 20;
        double worst = 0;
        for (int offset = -Math.min(mode, reach); offset <= reach; offset += 1 + reach / 40) {
            if (offset != 0) {
                BigDecimal exact = ExactMass.poisson(mean, mode, offset);
                worst = Math.max(worst, overBound(law, offset, exact));
            }
        }

        assertTrue(worst < 1.0 / 3, "worst=" + worst);
        assertEquals(0, law.log(0));
        assertEquals(Double.NEGATIVE_INFINITY, law.log(-mode - 1));
    }

    /** Here the exact mass is the law's own interval, which the test below holds to factorials. */
    @ParameterizedTest
    @ValueSource(doubles = {1e5, 123456.7, 0x1.0p24, 0x1.0p39})
    void poisson_logOfAMassOfALargeMean_isWithinAThirdOfItsBound(double mean) {
        PoissonLaw law = new PoissonLaw(mean);
        double worst = 0;
        for (long offset : new long[] {1, 2, 5, 33, 900, 2000, -1, -2, -7, -40, -1000, -2100}) {
            BigDecimal exact = middle(law.ratio(offset, 200));
            worst = Math.max(worst, overBound(law, offset, exact));
        }

        assertTrue(worst < 1.0 / 3, "worst=" + worst);
    }

    @Test
    void poisson_ratio_isThatOfFactorials() {
        PoissonLaw law = new PoissonLaw(40.375);
        for (int offset = -40; offset <= 60; offset++) {
            BigDecimal exact = ExactMass.poisson(40.375, 40, offset);
            DyadicInterval ratio = law.ratio(offset, 100);

            BigDecimal distance = middle(ratio).subtract(exact).abs();
            assertTrue(distance.doubleValue() < 0x1.0p-100, "offset=" + offset);
        }
        assertEquals(BigInteger.ZERO, law.ratio(-41, 100).high());
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.09, 1, 2.5, 1e4, 1e12, 0x1.0p60, 0x1.0p100})
    void gaussian_logOfAMass_isWithinItsBound(double variance) {
        GaussianLaw law = gaussian(variance);
        for (double deviations : new double[] {0.001, 0.01, 0.7, 1, 3.3, 7, 9.1}) {
            long offset = 1 + (long) (deviations * Math.sqrt(variance));
            BigDecimal exact = ExactMass.gaussian(variance, offset);

            assertTrue(overBound(law, offset, exact) <= 1, "offset=" + offset);
            BigDecimal distance = middle(law.ratio(-offset, 100)).subtract(exact).abs();
            assertTrue(distance.doubleValue() < 0x1.0p-100, "offset=" + offset);
        }
    }

    private static GaussianLaw gaussian(double variance) {
        return new GaussianLaw(new BigDecimal(variance));
    }

    private static List<UnimodalLaw> laws() {
        return List.of(
                gaussian(0.09),
                gaussian(1),
                gaussian(255.99),
                gaussian(1e8),
                new PoissonLaw(0x1.0p-40),
                new PoissonLaw(1.5),
                new PoissonLaw(20),
                new PoissonLaw(10000.5));
    }

    /** Each mass of a step is at most its weight, and at least what is surely kept, exactly. */
    @Test
    void envelope_ofEachLaw_isAboveItAndItsThresholdsBelow() {
        for (UnimodalLaw law : laws()) {
            StepEnvelope envelope = new StepEnvelope(law);
            BigInteger unit = BigInteger.valueOf(envelope.unit());
            int slots = 0;
            for (Step step : envelope.steps()) {
                long first = step.side() * step.start();
                long last = step.side() * (step.start() + step.width() - 1);
                DyadicInterval most = law.ratio(first, 200);
                DyadicInterval least = law.ratio(last, 200);
                BigInteger weight = BigInteger.valueOf(step.weight());
                BigInteger kept = BigInteger.valueOf(envelope.surelyKept(step, 63));
                slots += step.slots();

                assertTrue(
                        most.high().multiply(unit).compareTo(weight.shiftLeft(most.bits())) <= 0,
                        step.toString());
                assertTrue(
                        kept.multiply(weight)
                                        .shiftLeft(least.bits() - 63)
                                        .compareTo(least.low().multiply(unit))
                                <= 0,
                        step.toString());
            }
            assertTrue(slots <= StepEnvelope.SLOTS, "slots=" + slots);
            assertTrue(slots > 0.9 * StepEnvelope.SLOTS, "slots=" + slots);
        }
    }

    /** Steps follow one another without a gap, and tails begin where the last of them ends. */
    @Test
    void envelope_ofEachLaw_coversEachIntegerOnce() {
        for (UnimodalLaw law : laws()) {
            long[] next = {1, 0, 0};
            boolean[] ended = new boolean[3];
            for (Step step : new StepEnvelope(law).steps()) {
                int side = step.side() + 1;
                assertEquals(next[side], step.start());
                assertTrue(!ended[side], "a step after its side's tail");
                assertEquals(1, Long.bitCount(step.width()));
                next[side] += step.width();
                ended[side] = step.isTail();
            }

            assertTrue(ended[2]);
            assertTrue(ended[0] || law.log(-next[0]) == Double.NEGATIVE_INFINITY);
        }
    }

    /** From strip to strip of a tail the mass at least halves, exactly. */
    @Test
    void envelope_tails_halve() {
        for (UnimodalLaw law : laws()) {
            for (Step step : new StepEnvelope(law).steps()) {
                if (step.isTail()) {
                    for (int strip = 0; strip < 3; strip++) {
                        long start = step.start() + strip * step.width();
                        DyadicInterval one = law.ratio(step.side() * start, 6000);
                        DyadicInterval next = law.ratio(step.side() * (start + step.width()), 6000);

                        assertTrue(next.high().shiftLeft(1).compareTo(one.low()) <= 0);
                    }
                }
            }
        }
    }
}
