package dev.gossamer.privacy.accountant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gossamer.privacy.accountant.PrivacyEvent.Composed;
import dev.gossamer.privacy.accountant.PrivacyEvent.DiscreteGaussian;
import dev.gossamer.privacy.accountant.PrivacyEvent.DistributedDiscreteGaussian;
import dev.gossamer.privacy.accountant.PrivacyEvent.Gaussian;
import dev.gossamer.privacy.accountant.PrivacyEvent.NonPrivate;
import dev.gossamer.privacy.accountant.PrivacyEvent.PoissonSampled;
import dev.gossamer.privacy.accountant.PrivacyEvent.Repeated;
import dev.gossamer.privacy.accountant.PrivacyEvent.Skellam;
import dev.gossamer.privacy.accountant.PrivacyEvent.TreeAggregation;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

class PrivacyEventTest {
    private static void assertRefused(String message, Executable bad) {
        assertEquals(message, assertThrows(IllegalArgumentException.class, bad).getMessage());
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, 0, -1, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void noiseMultiplier_outOfRange_isRefused(double bad) {
        String message =
                "out of range: noiseMultiplier=" + bad + ", bound=0 < noiseMultiplier < infinity";

        assertRefused(message, () -> new Gaussian(bad));
        assertRefused(message, () -> new DiscreteGaussian(bad));
        assertRefused(message, () -> new TreeAggregation(bad, 4, 0));
        assertRefused(message, () -> GaussianCurve.epsilon(bad, 1e-5));
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, -0.1, 1.1})
    void rate_outOfRange_isRefused(double bad) {
        String message = "out of range: samplingRate=" + bad + ", bound=0 <= rate <= 1";

        assertRefused(message, () -> Sampling.secretPoisson(bad));
        assertRefused(message, () -> new PoissonSampled(bad, new Gaussian(1)));
    }

    static Stream<Arguments> others() {
        return Stream.of(
                Arguments.of(
                        "l2Sensitivity=NaN, bound=0 < l2Sensitivity < infinity",
                        (Executable) () -> new Skellam(Double.NaN, 1, 1, 1)),
                Arguments.of(
                        "l1Sensitivity=0.0, bound=0 < l1Sensitivity < infinity",
                        (Executable) () -> new Skellam(1, 0, 1, 1)),
                Arguments.of(
                        "localVariance=-1.0, bound=0 < localVariance < infinity",
                        (Executable) () -> new Skellam(1, 1, -1, 1)),
                Arguments.of(
                        "shares=0, bound=1 <= shares", (Executable) () -> new Skellam(1, 1, 1, 0)),
                Arguments.of(
                        "localSigma=NaN, bound=0 < localSigma < infinity",
                        (Executable) () -> new DistributedDiscreteGaussian(1, 1, 1, Double.NaN, 1)),
                Arguments.of(
                        "dimension=0, bound=1 <= dimension",
                        (Executable) () -> new DistributedDiscreteGaussian(1, 1, 0, 1, 1)),
                Arguments.of(
                        "times=0, bound=1 <= times",
                        (Executable) () -> new Repeated(new NonPrivate(), 0)),
                Arguments.of(
                        "leaves=0, bound=1 <= leaves",
                        (Executable) () -> new TreeAggregation(1, 0, 0)),
                Arguments.of(
                        "restarts=-1, bound=0 <= restarts",
                        (Executable) () -> new TreeAggregation(1, 1, -1)));
    }

    @ParameterizedTest
    @MethodSource("others")
    void eachNumber_outOfRange_isNamedWithItsBound(String message, Executable bad) {
        assertRefused("out of range: " + message, bad);
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, 0, 1, -1e-5, 2})
    void delta_outOfRange_isRefusedByAll(double bad) {
        String message = "out of range: delta=" + bad + ", bound=0 < delta < 1";

        for (Accountant accountant : List.of(Releases.RDP, Releases.PLD, Releases.EXACT)) {
            assertRefused(message, () -> accountant.epsilon(new Gaussian(1), bad));
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, -1e-9, Double.POSITIVE_INFINITY})
    void epsilon_outOfRange_isRefusedByAll(double bad) {
        String message = "out of range: epsilon=" + bad + ", bound=0 <= epsilon < infinity";

        for (Accountant accountant : List.of(Releases.RDP, Releases.PLD, Releases.EXACT)) {
            assertRefused(message, () -> accountant.delta(new Gaussian(1), bad));
        }
    }

    /** Products that leave the range of long are refused as well. */
    @Test
    void releases_beyondCounting_areRefused() {
        PrivacyEvent much = new Repeated(new Gaussian(1), Long.MAX_VALUE);

        assertRefused(
                "too many releases: releases=9223372036854775807, bound=1000000000000",
                () -> Releases.RDP.epsilon(much, 1e-5));
        assertRefused(
                "too many releases: releases=9223372036854775807, bound=1000000000000",
                () -> Releases.RDP.epsilon(new Repeated(much, 3), 1e-5));
    }

    @Test
    void adjacencies_areThoseThatSomethingIsKnownOf() {
        Set<Adjacency> all = Set.of(Adjacency.values());
        Set<Adjacency> present = Set.of(Adjacency.REPLACE_WITH_ZERO, Adjacency.REPLACE_ONE);
        Set<Adjacency> absent = Set.of(Adjacency.REPLACE_WITH_ZERO, Adjacency.ADD_OR_REMOVE_ONE);

        assertEquals(all, new Gaussian(1).adjacencies());
        assertEquals(present, new Skellam(1, 1, 1, 1).adjacencies());
        assertEquals(absent, new PoissonSampled(0.1, new Gaussian(1)).adjacencies());
        assertEquals(
                Set.of(Adjacency.REPLACE_WITH_ZERO),
                new PoissonSampled(0.1, new Skellam(1, 1, 1, 1)).adjacencies());
        assertEquals(
                Set.of(Adjacency.REPLACE_WITH_ZERO),
                new Composed(List.of(new Gaussian(1), new TreeAggregation(1, 1, 0))).adjacencies());
    }

    @ParameterizedTest
    @EnumSource(Adjacency.class)
    void coverage_ofASample_isByAdjacency(Adjacency adjacency) {
        Coverage coverage =
                RdpAccountant.of(adjacency).coverage(new PoissonSampled(0.1, new Gaussian(1)));

        assertEquals(adjacency != Adjacency.REPLACE_ONE, coverage.covered());
    }

    @Test
    void coverage_underAnotherAdjacency_saysWhichAreKnown() {
        assertEquals(
                new Coverage.NotCovered("adjacency of the event is one of [replace-with-zero]"),
                Releases.EXACT.coverage(new TreeAggregation(1, 1, 0)));
    }

    @Test
    void exactAccountant_coversNoSampling() {
        assertEquals(
                new Coverage.NotCovered("not every release is Gaussian without sampling"),
                Releases.EXACT.coverage(Releases.sampled(0.1, 1, 1)));
    }

    @ParameterizedTest
    @EnumSource(Adjacency.class)
    void adjacency_byItsKey_isItself(Adjacency adjacency) {
        assertEquals(adjacency, Adjacency.of(adjacency.key()));
    }

    @Test
    void adjacency_byAnotherKey_isRefused() {
        assertRefused(
                "unknown adjacency: adjacency=swap, one of=[add-or-remove-one, replace-with-zero,"
                        + " replace-one]",
                () -> Adjacency.of("swap"));
    }
}
