package dev.gossamer.protocols.aggregate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.gossamer.protocols.aggregate.RobustRule.CentredClipping;
import dev.gossamer.protocols.aggregate.RobustRule.CoordinateMedian;
import dev.gossamer.protocols.aggregate.RobustRule.GeometricMedian;
import dev.gossamer.protocols.aggregate.RobustRule.Krum;
import dev.gossamer.protocols.aggregate.RobustRule.NormBound;
import dev.gossamer.protocols.aggregate.RobustRule.TrimmedMean;
import dev.gossamer.protocols.random.CounterRandom;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

class RobustRuleTest {
    private static final int SIZE = 20;
    private static final double SPREAD = 0.1;

    /** Clients that mean well lie within {@link #SPREAD} of one in every coordinate. */
    private static double[] honest(long seed) {
        CounterRandom coins = CounterRandom.of(seed, "test", 0, "");
        double[] update = new double[SIZE];
        for (int i = 0; i < SIZE; i++) {
            update[i] = 1 + SPREAD * (2 * coins.nextDouble() - 1);
        }
        return update;
    }

    private static List<double[]> population(int honest, int attackers, double attack) {
        List<double[]> updates = new ArrayList<>();
        for (int i = 0; i < honest; i++) {
            updates.add(honest(i));
        }
        for (int i = 0; i < attackers; i++) {
            double[] update = new double[SIZE];
            Arrays.fill(update, attack);
            updates.add(update);
        }
        return updates;
    }

    private static double[] columns(double... values) {
        return values;
    }

    static Stream<Arguments> rules() {
        return Stream.of(
                arguments(new CoordinateMedian(2), 5),
                arguments(new TrimmedMean(2), 5),
                arguments(new Krum(2), 7),
                arguments(new Krum(2, 3), 7),
                arguments(new Krum(2, 6), 10),
                arguments(new GeometricMedian(2), 5),
                arguments(new CentredClipping(2, 0.5, 5, 1, 7), 5),
                arguments(new CentredClipping(2, 0.5, 5, 2, 7), 9));
    }

    @ParameterizedTest
    @MethodSource("rules")
    void aggregate_underAttackOfTheSmallestPopulation_staysWithTheHonest(
            RobustRule rule, int population) {
        for (double attack : new double[] {-1000, 5, 1e9}) {
            double[] aggregate = rule.combine(population(population - 2, 2, attack));

            for (double value : aggregate) {
                assertEquals(1, value, 0.6, rule + " attack=" + attack);
            }
        }
        assertEquals(population, rule.least());
    }

    /** The test above can fail: the plain mean does not pass it. */
    @Test
    void plainMean_underAttack_goesWithTheAttackers() {
        assertTrue(Vectors.mean(population(5, 2, -1000))[0] < -100);
    }

    @ParameterizedTest
    @MethodSource("rules")
    void populationTooSmall_isRefusedInOneLine(RobustRule rule, int population) {
        var error =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> rule.combine(population(population - 1, 0, 0)));

        assertEquals(
                "too few updates for the rule: rule="
                        + rule.name()
                        + ", updates="
                        + (population - 1)
                        + ", bound="
                        + population,
                error.getMessage());
    }

    @ParameterizedTest
    @MethodSource("rules")
    void clientsThatAgree_areKept(RobustRule rule, int population) {
        double[] one = honest(3);

        double[] aggregate = rule.combine(Collections.nCopies(population, one));

        assertArrayEquals(one, aggregate, 1e-12);
    }

    @ParameterizedTest
    @MethodSource("rules")
    void updates_ofTwoLengths_areRefused(RobustRule rule, int population) {
        List<double[]> updates = new ArrayList<>(population(population, 0, 0));
        updates.set(1, new double[SIZE - 1]);

        assertThrows(IllegalArgumentException.class, () -> rule.combine(updates));
    }

    @Test
    void normBound_longUpdate_isScaledAndAShortOneIsNot() {
        double[] aggregate = new NormBound(5).combine(List.of(columns(30, 40), columns(0, 1)));

        assertArrayEquals(new double[] {1.5, 2.5}, aggregate, 1e-15);
    }

    @Test
    void median_oddAndEven_isTheMiddleOfEachCoordinate() {
        CoordinateMedian median = new CoordinateMedian(1);

        assertArrayEquals(
                new double[] {2, 5},
                median.combine(List.of(columns(1, 9), columns(2, 5), columns(7, 0))));
        assertArrayEquals(
                new double[] {3, 4},
                median.combine(
                        List.of(columns(1, 9), columns(2, 5), columns(7, 0), columns(4, 3))));
    }

    @Test
    void trimmedMean_withoutItsExtremes_isTheMeanOfTheRest() {
        double[] aggregate =
                new TrimmedMean(1)
                        .combine(List.of(columns(1), columns(2), columns(6), columns(100)));

        assertArrayEquals(new double[] {4}, aggregate);
    }

    /** Distances on a line: 2 has the two nearest neighbours of all. */
    @Test
    void krum_picksTheUpdateWithTheNearestNeighbours() {
        List<double[]> updates =
                List.of(columns(0), columns(1.5), columns(2), columns(2.25), columns(50));

        assertArrayEquals(new double[] {2}, new Krum(1).combine(updates));
        assertArrayEquals(new double[] {(2 + 2.25) / 2}, new Krum(1, 2).combine(updates), 1e-15);
    }

    /** Of three corners of a square and its middle, the middle. */
    @Test
    void geometricMedian_isThePointOfLeastSummedDistance() {
        List<double[]> corners =
                List.of(columns(0, 0), columns(2, 0), columns(0, 2), columns(2, 2), columns(1, 1));

        assertArrayEquals(new double[] {1, 1}, new GeometricMedian(1).combine(corners), 1e-9);
        List<double[]> line = List.of(columns(0), columns(1), columns(100));
        assertEquals(1, new GeometricMedian(1, 200, 1e-6).combine(line)[0], 1e-3);
    }

    @Test
    void centredClipping_withinTheRadius_isTheMeanOfTheBuckets() {
        List<double[]> updates = population(10, 0, 0);

        double[] aggregate = new CentredClipping(1, 100, 1, 2, 7).combine(updates);

        assertArrayEquals(Vectors.mean(updates), aggregate, 1e-12);
    }

    @Test
    void badNumbers_areRefused() {
        assertThrows(IllegalArgumentException.class, () -> new Krum(-1));
        assertThrows(IllegalArgumentException.class, () -> new Krum(1, 0));
        assertThrows(IllegalArgumentException.class, () -> new NormBound(0));
        assertThrows(IllegalArgumentException.class, () -> new NormBound(Double.NaN));
        assertThrows(IllegalArgumentException.class, () -> new GeometricMedian(1, 0, 1));
        assertThrows(IllegalArgumentException.class, () -> new CentredClipping(1, 0, 1, 1, 1));
    }
}
