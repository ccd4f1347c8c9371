package dev.gossamer.privacy.accountant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.privacy.accountant.PrivacyEvent.DiscreteGaussian;
import dev.gossamer.privacy.accountant.PrivacyEvent.DistributedDiscreteGaussian;
import dev.gossamer.privacy.accountant.PrivacyEvent.Gaussian;
import dev.gossamer.privacy.accountant.PrivacyEvent.Mechanism;
import dev.gossamer.privacy.accountant.PrivacyEvent.Repeated;
import dev.gossamer.privacy.accountant.PrivacyEvent.Skellam;

import org.junit.jupiter.api.Test;

import java.util.function.DoubleUnaryOperator;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

class RenyiCurveTest {
    private static final double[] ORDERS =
            DoubleStream.concat(
                            IntStream.rangeClosed(2, 128).asDoubleStream(), DoubleStream.of(256))
                    .toArray();

    private static double epsilonOfTen(Mechanism mechanism) {
        return RdpAccountant.atOrders(Adjacency.REPLACE_WITH_ZERO, ORDERS)
                .epsilon(new Repeated(mechanism, 10), 1e-5)
                .value();
    }

    /** From the formula, run at order 3. */
    @Test
    void skellam_isTheFormula() {
        assertEquals(19.811847730042896, epsilonOfTen(new Skellam(40, 400, 16, 100)), 1e-12);
        assertEquals(19.801704130042896, epsilonOfTen(new Skellam(1000, 1e4, 1e4, 100)), 1e-12);
    }

    @Test
    void distributedDiscreteGaussian_isTheFormula() {
        assertEquals(
                19.801691480042894,
                epsilonOfTen(new DistributedDiscreteGaussian(40, 400, 256, 4, 100)),
                1e-12);
    }

    /** Shares below two grid steps do not add up to a Gaussian: 285 where 19.8 was wanted. */
    @Test
    void distributedDiscreteGaussian_ofTooFineNoise_isNotPrivate() {
        double coarse = epsilonOfTen(new DistributedDiscreteGaussian(5, 25, 256, 0.5, 100));

        assertTrue(coarse > 200, "epsilon=" + coarse);
    }

    /** The sum over shares that are not counted one by one stays on the safe side. */
    @Test
    void distributedDiscreteGaussian_ofManyShares_isNotBelowTheSum() {
        int shares = 5000;
        double exponent = -2 * Math.PI * Math.PI;
        double tau =
                IntStream.range(1, shares)
                        .mapToDouble(k -> 10 * Math.exp(exponent * k / (k + 1)))
                        .sum();
        DoubleUnaryOperator curve =
                RenyiCurve.of(new DistributedDiscreteGaussian(1e-3, 1e-3, 1, 1, shares));
        double plain = 1e-6 / shares;
        double exact = Math.min(plain + tau, Math.pow(Math.sqrt(plain) + tau, 2));

        double found = curve.applyAsDouble(2);

        assertTrue(found >= exact);
        assertEquals(exact, found, 0.05 * exact);
    }

    @Test
    void discreteGaussian_ofEverybody_isTheGaussian() {
        for (double order : new double[] {1.1, 2, 7.5, 64}) {
            assertEquals(
                    RenyiCurve.of(new Gaussian(1.3)).applyAsDouble(order),
                    RenyiCurve.of(new DiscreteGaussian(1.3)).applyAsDouble(order));
        }
    }

    /** Equal at integers, and a chord above between them. */
    @Test
    void discreteGaussian_ofASample_isTheGaussianAtIntegers() {
        DoubleUnaryOperator real = RenyiCurve.sampled(0.05, new Gaussian(1.3));
        DoubleUnaryOperator discrete = RenyiCurve.sampled(0.05, new DiscreteGaussian(1.3));

        for (int order = 2; order < 70; order++) {
            assertEquals(real.applyAsDouble(order), discrete.applyAsDouble(order));
        }
        assertTrue(discrete.applyAsDouble(3.5) > real.applyAsDouble(3.5));
        assertTrue(discrete.applyAsDouble(3.5) < discrete.applyAsDouble(4));
        assertTrue(discrete.applyAsDouble(1.5) <= discrete.applyAsDouble(2));
    }

    /** Zhu and Wang's sum, in doubles and as printed. */
    @Test
    void skellam_ofASample_isTheGeneralBound() {
        Skellam skellam = new Skellam(40, 400, 64, 100);
        DoubleUnaryOperator whole = RenyiCurve.of(skellam);
        double q = 0.1;
        int order = 4;
        double sum = Math.pow(1 - q, order - 1) * (order * q - q + 1);
        sum += 6 * q * q * Math.pow(1 - q, 2) * Math.exp(whole.applyAsDouble(2));
        sum += 3 * 4 * Math.pow(q, 3) * (1 - q) * Math.exp(2 * whole.applyAsDouble(3));
        sum += 3 * Math.pow(q, 4) * Math.exp(3 * whole.applyAsDouble(4));

        double found = RenyiCurve.sampled(q, skellam).applyAsDouble(order);

        assertEquals(Math.log(sum) / (order - 1), found, 1e-13);
        assertTrue(found < whole.applyAsDouble(order));
    }

    /** Much noise makes the constant of the general bound weigh more than sampling saves. */
    @Test
    void sampled_isNeverAboveEverybody() {
        Skellam skellam = new Skellam(400, 4000, 16, 100);
        DoubleUnaryOperator whole = RenyiCurve.of(skellam);
        DoubleUnaryOperator sampled = RenyiCurve.sampled(0.95, skellam);

        for (double order = 1.5; order < 40; order += 0.5) {
            assertTrue(sampled.applyAsDouble(order) <= whole.applyAsDouble(order));
        }
    }

    /** The general bound on a Gaussian curve lies above the Gaussian's own. */
    @Test
    void generalBound_isAboveTheGaussianOne() {
        DoubleUnaryOperator own = RenyiCurve.sampled(0.1, new Gaussian(2));
        DoubleUnaryOperator general =
                RenyiCurve.sampled(0.1, new DistributedDiscreteGaussian(40, 400, 1, 8, 100));

        for (int order = 3; order < 30; order++) {
            assertTrue(general.applyAsDouble(order) > own.applyAsDouble(order));
        }
        assertEquals(own.applyAsDouble(2), general.applyAsDouble(2), 1e-12);
    }
}
