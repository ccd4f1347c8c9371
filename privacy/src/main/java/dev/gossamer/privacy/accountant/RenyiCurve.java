package dev.gossamer.privacy.accountant;

import dev.gossamer.privacy.accountant.PrivacyEvent.DiscreteGaussian;
import dev.gossamer.privacy.accountant.PrivacyEvent.DistributedDiscreteGaussian;
import dev.gossamer.privacy.accountant.PrivacyEvent.Gaussian;
import dev.gossamer.privacy.accountant.PrivacyEvent.Mechanism;
import dev.gossamer.privacy.accountant.PrivacyEvent.Skellam;

import java.util.function.DoubleUnaryOperator;

/**
 * Renyi divergences of single releases, by order.
 *
 * <p>Where a bound is known at integer orders only, orders between them get the chord of {@code (a
 * - 1) D_a}, which is convex in a and 0 at order 1.
 */
final class RenyiCurve {
    /** In the bound on how far a sum of discrete Gaussians is from one. */
    private static final double CLOSENESS = 10;

    /** Terms of its sum that are added one by one: by then they are equal to a thousandth. */
    private static final int MOST_COUNTED = 1000;

    /** Zhu and Wang's constant for mechanisms of which only the curve is known. */
    private static final double LOG_GENERAL = Math.log(3);

    private RenyiCurve() {}

    /** The curve of {@code mechanism} over everybody. */
    static DoubleUnaryOperator of(Mechanism mechanism) {
        return switch (mechanism) {
            case Gaussian(double s) -> order -> order / (2 * s * s);
            case DiscreteGaussian(double s) -> order -> order / (2 * s * s);
            case DistributedDiscreteGaussian shares -> distributed(shares);
            case Skellam skellam -> onIntegers(order -> skellam(skellam, order));
        };
    }

    /** The curve of {@code mechanism} over a Poisson sample with a rate inside (0, 1). */
    static DoubleUnaryOperator sampled(double rate, Mechanism mechanism) {
        return switch (mechanism) {
            case Gaussian(double s) -> new SampledGaussian(rate, s)::divergence;
            // At integer orders the moments of integer shifts are those of the real Gaussian.
            case DiscreteGaussian(double s) -> onIntegers(new SampledGaussian(rate, s)::divergence);
            case DistributedDiscreteGaussian _, Skellam _ -> general(rate, of(mechanism));
        };
    }

    /** A bound at integers from 2 on, at all orders. */
    static DoubleUnaryOperator onIntegers(DoubleUnaryOperator atIntegers) {
        return order -> {
            double below = Math.floor(order);
            if (below == order) {
                return atIntegers.applyAsDouble(order);
            }
            double low = below == 1 ? 0 : (below - 1) * atIntegers.applyAsDouble(below);
            double high = below * atIntegers.applyAsDouble(below + 1);
            return (low + (order - below) * (high - low)) / (order - 1);
        };
    }

    /** Kairouz, Liu and Steinke 2021: the least of three ways to take the distance in. */
    private static DoubleUnaryOperator distributed(DistributedDiscreteGaussian sum) {
        double tau = closeness(sum);
        double dimension = sum.dimension();
        double sigma = Math.sqrt(sum.shares()) * sum.localSigma();
        double l2 = sum.l2Sensitivity() / sigma;
        double l1 = sum.l1Sensitivity() / sigma;
        return order ->
                Math.min(
                        order / 2 * l2 * l2 + tau * dimension,
                        order
                                / 2
                                * Math.min(
                                        l2 * l2 + 2 * l1 * tau + tau * tau * dimension,
                                        Math.pow(l2 + Math.sqrt(dimension) * tau, 2)));
    }

    private static double closeness(DistributedDiscreteGaussian sum) {
        double exponent = -2 * Math.PI * Math.PI * sum.localSigma() * sum.localSigma();
        int counted = Math.min(sum.shares(), MOST_COUNTED);
        double tau = 0;
        double last = 0;
        for (int k = 1; k < counted; k++) {
            last = Math.exp(exponent * k / (k + 1));
            tau += last;
        }
        // They fall, so that the last one stands above all that are not counted.
        return CLOSENESS * (tau + (sum.shares() - counted) * last);
    }

    /** Agarwal, Kairouz and Liu 2021. */
    private static double skellam(Skellam sum, double order) {
        double variance = sum.variance();
        double l2Squared = sum.l2Sensitivity() * sum.l2Sensitivity();
        double excess =
                Math.min(
                        ((2 * order - 1) * l2Squared + 6 * sum.l1Sensitivity())
                                / (4 * variance * variance),
                        3 * sum.l1Sensitivity() / (2 * variance));
        return order * l2Squared / (2 * variance) + excess;
    }

    /** Zhu and Wang 2019, and never more than without sampling. */
    private static DoubleUnaryOperator general(double rate, DoubleUnaryOperator whole) {
        DoubleUnaryOperator bound = onIntegers(order -> zhuWang(rate, whole, (int) order));
        return order -> Math.min(whole.applyAsDouble(order), bound.applyAsDouble(order));
    }

    /**
     * The terms for 0 and 1 are one, {@code (1-q)^(a-1) (1 + (a-1) q)}; with those of a mechanism
     * that releases nothing taken off, what is left is positive and keeps its precision.
     */
    private static double zhuWang(double rate, DoubleUnaryOperator whole, int order) {
        double logRate = Math.log(rate);
        double logRest = Math.log1p(-rate);
        LogSum above = new LogSum();
        double logBinomial = Math.log(order);
        for (int k = 2; k <= order; k++) {
            logBinomial += Math.log((order - k + 1.0) / k);
            double weight = logBinomial + k * logRate + (order - k) * logRest;
            double grown = (k - 1) * whole.applyAsDouble(k) + (k > 2 ? LOG_GENERAL : 0);
            above.add(weight + grown + Math.log(-Math.expm1(-grown)));
        }
        return above.log1p() / (order - 1);
    }
}
