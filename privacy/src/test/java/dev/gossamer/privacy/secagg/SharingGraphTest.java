package dev.gossamer.privacy.secagg;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

class SharingGraphTest {
    private static final Sha256 SEED = Cohort.digest("seed");

    private static SecAggParameters parameters(
            Topology topology, int cohort, int minimum, int colluders) {
        return new SecAggParameters(
                Ring.WORDS_32, 1, cohort, minimum, colluders, Agreement.X25519, topology);
    }

    private static SecAggParameters regular(int degree, int cohort) {
        return parameters(new Topology.Regular(degree, degree / 2 + 1), cohort, 3, 0);
    }

    @Test
    void completeGraph_hasEverybodyAsNeighbourHolderAndWitness() throws Refusal {
        SharingGraph graph = SharingGraph.of(parameters(new Topology.Complete(), 5, 4, 1), 5, SEED);

        assertArrayEquals(new int[] {0, 1, 3, 4}, graph.neighbours(2));
        assertArrayEquals(new int[] {0, 1, 2, 3, 4}, graph.holders(2));
        assertArrayEquals(new int[] {0, 1, 2, 3, 4}, graph.witnesses(0));
        assertEquals(4, graph.threshold(0));
        assertEquals(4, graph.quorum(0));
        assertEquals(4, graph.leastSurvivors(0));
    }

    @ParameterizedTest
    @CsvSource({"4, 9", "8, 9", "6, 30", "52, 200", "8, 8"})
    void regularGraph_isSymmetricRegularAndConnected(int degree, int members) throws Refusal {
        if (degree == members) {
            assertEquals(
                    Fault.UNSOUND_GRAPH,
                    assertThrows(
                                    Refusal.class,
                                    () -> SharingGraph.of(regular(degree, 9), members, SEED))
                            .fault());
            return;
        }
        SharingGraph graph = SharingGraph.of(regular(degree, members), members, SEED);
        Set<Integer> reached = new TreeSet<>(Set.of(0));

        for (int member = 0; member < members; member++) {
            int[] neighbours = graph.neighbours(member);
            assertEquals(degree, Arrays.stream(neighbours).distinct().count());
            assertEquals(degree + 1, graph.holders(member).length);
            for (int neighbour : neighbours) {
                assertTrue(Arrays.binarySearch(graph.neighbours(neighbour), member) >= 0);
                assertFalse(neighbour == member);
            }
        }
        for (int step = 0; step < members; step++) {
            Set<Integer> more = new TreeSet<>(reached);
            reached.forEach(at -> IntStream.of(graph.neighbours(at)).forEach(more::add));
            reached = more;
        }
        assertEquals(members, reached.size());
    }

    @Test
    void regularGraph_ofAnotherSeed_isAnother() throws Refusal {
        SharingGraph one = SharingGraph.of(regular(6, 60), 60, SEED);
        SharingGraph other = SharingGraph.of(regular(6, 60), 60, Cohort.digest("other"));

        assertFalse(
                IntStream.range(0, 60)
                        .allMatch(m -> Arrays.equals(one.neighbours(m), other.neighbours(m))));
    }

    /**
     * Over 4,000 seeds each of the 9 others is among the 4 neighbours with probability 4/9: 1,778
     * times, with a deviation of 31; 200 is over 6 deviations.
     */
    @Test
    void regularGraph_overSeeds_hasEachOtherMemberEquallyOften() throws Refusal {
        int[] counts = new int[10];
        for (int i = 0; i < 4000; i++) {
            SharingGraph graph = SharingGraph.of(regular(4, 10), 10, Cohort.digest("s" + i));
            IntStream.of(graph.neighbours(3)).forEach(neighbour -> counts[neighbour]++);
        }

        assertEquals(0, counts[3]);
        for (int member = 0; member < 10; member++) {
            assertTrue(
                    member == 3 || Math.abs(counts[member] - 1778) < 200, Arrays.toString(counts));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {9, 10, 11, 12, 13, 14, 15, 40})
    void groups_partitionTheMembersInSizesThatDifferByOneAtMost(int members) throws Refusal {
        SharingGraph graph =
                SharingGraph.of(parameters(new Topology.Groups(3, 1), 40, 2, 0), members, SEED);

        assertEquals(members / 3, graph.components());
        int all = 0;
        for (int group = 0; group < graph.components(); group++) {
            int[] in = graph.membersOf(group);
            all += in.length;
            assertTrue(in.length >= 3 && in.length <= members / (members / 3) + 1);
            for (int member : in) {
                assertEquals(group, graph.component(member));
                assertArrayEquals(in, graph.holders(member));
            }
            assertEquals(in.length / 2 + 1, graph.threshold(group));
            assertArrayEquals(in, graph.witnesses(group));
        }
        assertEquals(members, all);
    }

    @Test
    void groups_tooFewForTheLiars_areRefused() {
        SecAggParameters parameters = parameters(new Topology.Groups(3, 2), 15, 2, 0);

        assertEquals(
                Fault.TOO_FEW_GROUPS,
                assertThrows(Refusal.class, () -> SharingGraph.of(parameters, 14, SEED)).fault());
    }

    @Test
    void contributors_areEnoughThatNotAllColludeAndDependOnTheView() {
        SecAggParameters large = parameters(new Topology.Regular(52, 28), 1000, 700, 100);

        int[] chosen = SharingGraph.contributors(large, 1000, SEED);

        // 0.1^39 < 2^-128 < 0.1^38
        assertEquals(39, chosen.length);
        assertEquals(39, Arrays.stream(chosen).distinct().count());
        assertFalse(
                Arrays.equals(chosen, SharingGraph.contributors(large, 1000, Cohort.digest("b"))));
        assertEquals(
                0,
                SharingGraph.contributors(parameters(new Topology.Complete(), 5, 3, 0), 5, SEED)
                        .length);
        assertEquals(8, SharingGraph.contributors(regular(4, 30), 30, SEED).length);
    }

    @Test
    void witnesses_ofALargeSession_areSomeOfAllWithAQuorumAboveHalf() throws Refusal {
        SharingGraph graph =
                SharingGraph.of(
                        parameters(new Topology.Regular(52, 28), 1000, 700, 100), 1000, SEED);

        assertEquals(128, graph.witnesses(0).length);
        // at most 39 of 128 witnesses collude but for 2^-42, and 2 * 84 > 128 + 39
        assertEquals(84, graph.quorum(0));
        assertEquals(28, graph.threshold(0));
        assertEquals(700, graph.leastSurvivors(0));
    }
}
