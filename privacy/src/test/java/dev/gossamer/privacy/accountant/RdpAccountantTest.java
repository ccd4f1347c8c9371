package dev.gossamer.privacy.accountant;

import static dev.gossamer.privacy.accountant.Releases.RDP;
import static dev.gossamer.privacy.accountant.Releases.sampled;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.privacy.accountant.PrivacyEvent.Composed;
import dev.gossamer.privacy.accountant.PrivacyEvent.Gaussian;
import dev.gossamer.privacy.accountant.PrivacyEvent.NonPrivate;
import dev.gossamer.privacy.accountant.PrivacyEvent.TreeAggregation;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

class RdpAccountantTest {
    /** dp_accounting's test; below order 5 its own values are overestimates. */
    @Test
    void curve_ofASampledGaussian_isThePublishedOne() {
        PrivacyEvent event = sampled(0.01, 2.5, 50);

        assertEquals(6.5007e-4, RDP.divergence(event, 1.5), 1e-8);
        assertEquals(1.08548710e-3, RDP.divergence(event, 2.5), 1e-4 * 1.08548710e-3);
        assertEquals(2.18075656e-3, RDP.divergence(event, 5), 1e-8 * 2.18075656e-3);
        assertEquals(2.38460375e-2, RDP.divergence(event, 50), 1e-8 * 2.38460375e-2);
        assertEquals(167.416308, RDP.divergence(event, 100), 1e-8 * 167.416308);
        assertEquals(Double.POSITIVE_INFINITY, RDP.divergence(event, Double.POSITIVE_INFINITY));
    }

    @Test
    void everybody_isLinearInTheOrder() {
        assertEquals(3.5 / (2 * 1.7 * 1.7) * 9, RDP.divergence(sampled(1, 1.7, 9), 3.5), 1e-14);
    }

    @Test
    void nobody_costsNothing() {
        assertEquals(0, RDP.divergence(sampled(0, 0.1, 9), 3.5));
        assertEquals(0, RDP.epsilon(sampled(0, 0.1, 9), 1e-9).value());
        assertEquals(0, RDP.epsilon(new Composed(List.of()), 1e-9).value());
    }

    /** dp_accounting's test of a pure mechanism with epsilon 1.1. */
    @Test
    void conversion_ofAConstantCurve_isThePublishedOneAndBack() {
        double epsilon =
                IntStream.rangeClosed(2, 32)
                        .mapToDouble(order -> RdpAccountant.epsilonAt(order, 1.1, 1e-5))
                        .min()
                        .getAsDouble();

        assertEquals(1.32783806176, epsilon, 1e-11);
        assertEquals(epsilon, RdpAccountant.epsilonAt(32, 1.1, 1e-5));
        assertEquals(1e-5, RdpAccountant.deltaAt(32, 1.1, epsilon), 1e-15);
    }

    @Test
    void conversion_atDenseOrders_isThePublishedOne() {
        double[] dense =
                DoubleStream.iterate(1.02, order -> order < 100, order -> order + 1e-3).toArray();
        RdpAccountant accountant = RdpAccountant.atOrders(Adjacency.ADD_OR_REMOVE_ONE, dense);

        assertEquals(1, accountant.epsilon(sampled(1, 4.530877117, 1), 1e-6).value(), 1e-8);
    }

    /** Mironov's conversion of 2017, which the improved one is never above. */
    @Test
    void epsilon_isBelowTheClassicConversion() {
        PrivacyEvent event = sampled(0.01, 1.1, 1000);
        double classic = Double.POSITIVE_INFINITY;
        for (double order : RenyiOrders.STANDARD.values()) {
            double bound = RDP.divergence(event, order) + Math.log(1e5) / (order - 1);
            classic = Math.min(classic, bound);
        }

        assertEquals(2.0820846, classic, 1e-7);
        assertTrue(RDP.epsilon(event, 1e-5).value() < classic);
    }

    @Test
    void delta_atTheEpsilon_isTheDelta() {
        PrivacyEvent event = sampled(0.01, 1.1, 1000);

        double epsilon = RDP.epsilon(event, 1e-5).value();

        assertEquals(1e-5, RDP.delta(event, epsilon).value(), 1e-14);
    }

    @Test
    void delta_ofALargeDivergence_isAtMostOne() {
        assertEquals(1, RDP.delta(sampled(1, 0.01, 1000), 1).value());
        assertEquals(1, RDP.delta(new NonPrivate(), 1).value());
    }

    /** A delta above the total variation asks for nothing more. */
    @Test
    void epsilon_atALargeDelta_isZero() {
        assertEquals(0, RDP.epsilon(sampled(0.001, 10, 1), 0.01).value());
    }

    @Test
    void epsilon_atTheEdgeOfTheOrders_warns() {
        PrivacyBound little = RDP.epsilon(sampled(1, 0.005, 1), 1e-5);
        PrivacyBound much = RDP.epsilon(sampled(1, 1000, 1), 1e-5);
        PrivacyBound usual = RDP.epsilon(sampled(1, 5, 1), 1e-5);

        assertEquals(
                List.of(
                        "the best order is the first of the list, others would give less:"
                                + " order=1.1"),
                little.warnings());
        assertEquals(
                List.of(
                        "the best order is the last of the list, others would give less:"
                                + " order=1024.0"),
                much.warnings());
        assertEquals(List.of(), usual.warnings());
    }

    @Test
    void standardOrders_areThoseOfDpAccounting() {
        double[] orders = RenyiOrders.STANDARD.values();

        assertEquals(156, orders.length);
        assertEquals(1.1, orders[0]);
        assertEquals(10.9, orders[98]);
        assertEquals(11, orders[99]);
        assertEquals(63, orders[151]);
        assertEquals(1024, orders[155]);
    }

    @Test
    void orders_nearOne_areRefused() {
        IllegalArgumentException refused =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> RdpAccountant.atOrders(Adjacency.REPLACE_ONE, 1.01, 2));

        assertEquals("orders too small: orders=[1.01, 2.0], bound=1.01", refused.getMessage());
    }

    @Test
    void nonPrivate_isCoveredAndInfinite() {
        PrivacyEvent event = new Composed(List.of(new Gaussian(5), new NonPrivate()));

        assertEquals(Double.POSITIVE_INFINITY, RDP.epsilon(event, 1e-5).value());
    }

    /** Equal to that many Gaussian releases, and restarts to further trees. */
    @Test
    void tree_isAsManyReleasesAsHoldARecord() {
        RdpAccountant zeros = RdpAccountant.of(Adjacency.REPLACE_WITH_ZERO);

        assertEquals(1, new TreeAggregation(2, 1, 0).releases());
        assertEquals(2, new TreeAggregation(2, 3, 0).releases());
        assertEquals(3, new TreeAggregation(2, 4, 0).releases());
        assertEquals(12, new TreeAggregation(2, 4, 3).releases());
        assertEquals(
                zeros.epsilon(sampled(1, 2, 12), 1e-5),
                zeros.epsilon(new TreeAggregation(2, 4, 3), 1e-5));
    }

    @Test
    void manySteps_addUpWithoutLoss() {
        double one = RDP.divergence(sampled(1e-4, 0.5, 1), 3);

        assertEquals(1e5 * one, RDP.divergence(sampled(1e-4, 0.5, 100_000), 3), 1e-15);
    }
}
