package dev.gossamer.privacy.secagg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SecAggParametersTest {
    private static SecAggParameters parameters(
            Topology topology, int cohort, int minimum, int colluders) {
        return new SecAggParameters(
                Ring.WORDS_32, 8, cohort, minimum, colluders, Agreement.X25519, topology);
    }

    private static String refused(Topology topology, int cohort, int minimum, int colluders) {
        return assertThrows(
                        IllegalArgumentException.class,
                        () -> parameters(topology, cohort, minimum, colluders))
                .getMessage();
    }

    @ParameterizedTest
    @CsvSource({
        "10, 0, 6",
        "11, 0, 6",
        "10, 3, 7",
        "10, 4, 8",
        "3, 0, 2",
        "3, 1, 3",
        "50, 16, 34",
        "51, 16, 34"
    })
    void majority_isTheSmallestAboveHalfOfMembersAndColluders(
            int members, int colluders, int threshold) {
        assertEquals(threshold, Thresholds.majority(members, colluders));
        assertTrue(2 * threshold > members + colluders);
        assertFalse(2 * (threshold - 1) > members + colluders);
    }

    @Test
    void minimum_belowTheThreshold_isRefusedWithTheNumbers() {
        parameters(new Topology.Complete(), 50, 34, 16);

        assertEquals(
                "minimum is below the threshold, which is above (members + colluders) / 2:"
                        + " minimum=33, threshold=34, members=50, colluders=16",
                refused(new Topology.Complete(), 50, 33, 16));
    }

    @Test
    void numbers_outOfRange_areRefusedByName() {
        Topology complete = new Topology.Complete();

        assertEquals("out of range: cohort=1, bound=2..10000", refused(complete, 1, 1, 0));
        assertEquals("out of range: minimum=1, bound=2..5", refused(complete, 5, 1, 0));
        assertEquals("out of range: minimum=6, bound=2..5", refused(complete, 5, 6, 0));
        assertEquals("out of range: colluders=5, bound=0..4", refused(complete, 5, 5, 5));
        assertEquals("out of range: colluders=-1, bound=0..4", refused(complete, 5, 5, -1));
        assertThrows(
                IllegalArgumentException.class,
                () -> new SecAggParameters(Ring.WORDS_32, 0, 5, 4, 0, Agreement.X25519, complete));
    }

    /** The numbers of Bell et al.'s setting that the bench uses: 2^-42.49 over all members. */
    @Test
    void regularGraph_of52For1000With100Colluders_isSoundAndOneLessIsNot() {
        parameters(new Topology.Regular(52, 28), 1000, 700, 100);

        assertEquals(
                "colluders reach the threshold in some neighbourhood too easily: degree=52,"
                        + " threshold=27, colluders=100, cohort=1000, bound=2^-42",
                refused(new Topology.Regular(52, 27), 1000, 700, 100));
        refused(new Topology.Regular(52, 28), 1000, 700, 110);
    }

    @Test
    void tail_againstSmallCountsByHand_isExact() {
        // 2 of 4 marked, 2 drawn: both marked in 1 of 6 draws
        assertTrue(Thresholds.isNegligible(1, 4, 2, 2, 2, 2));
        assertFalse(Thresholds.isNegligible(2, 4, 2, 2, 2, 2));
        // at least one marked in 5 of 6
        assertFalse(Thresholds.isNegligible(1, 4, 2, 2, 1, 1));
        assertEquals(2, Thresholds.mostMarked(1, 4, 2, 2, 3));
        assertEquals(1, Thresholds.mostMarked(1, 4, 2, 2, 2));
    }

    @Test
    void topologies_thatThereAreNot_areRefused() {
        for (int[] bad : new int[][] {{3, 2}, {0, 1}, {4, 0}, {4, 6}}) {
            assertThrows(
                    IllegalArgumentException.class, () -> new Topology.Regular(bad[0], bad[1]));
        }
        assertThrows(IllegalArgumentException.class, () -> new Topology.Groups(2, 1));
        assertThrows(IllegalArgumentException.class, () -> new Topology.Groups(3, -1));
        assertEquals(
                "out of range: groups=4, bound=5..12",
                refused(new Topology.Groups(3, 2), 12, 2, 0));
    }

    @Test
    void groupedPlan_withTooFewGroups_isRefusedWithTheNumbers() {
        Topology.Groups groups = new Topology.Groups(4, 3);

        assertEquals(
                "too few groups for a rule that bears the liars: groups=6, least=7, members=27,"
                        + " size=4, liars=3",
                assertThrows(IllegalArgumentException.class, () -> new GroupedSecAgg(groups, 27))
                        .getMessage());
        GroupedSecAgg plan = new GroupedSecAgg(groups, 33);
        assertEquals(8, plan.count());
        assertEquals(1, plan.spare());
        assertEquals(33, plan.parameters(Ring.WORDS_64, 5, 3, 0, Agreement.X25519).cohort());
    }
}
