package dev.gossamer.coordinator.cohort;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.protocols.node.NodeId;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

class CohortSamplerTest {
    private static final List<NodeId> MEMBERS =
            IntStream.range(0, 10).mapToObj(i -> new NodeId("client-" + i)).toList();

    private final CohortSampler sampler = new CohortSampler(7, 3);

    @Test
    void sample_anyRound_isSortedDistinctAndOfTheMembers() {
        for (int round = 1; round <= 1000; round++) {
            List<NodeId> cohort = sampler.sample(MEMBERS, round, 1);

            assertEquals(3, Set.copyOf(cohort).size());
            assertEquals(cohort.stream().sorted().toList(), cohort);
            assertTrue(MEMBERS.containsAll(cohort));
        }
    }

    @Test
    void sample_orderOfTheMembers_doesNotMatter() {
        for (int round = 1; round <= 100; round++) {
            assertEquals(
                    sampler.sample(MEMBERS, round, 1),
                    sampler.sample(MEMBERS.reversed(), round, 1));
        }
    }

    @Test
    void sample_noMoreMembersThanItsSize_isAllOfThem() {
        for (int present = 0; present <= 3; present++) {
            List<NodeId> few = MEMBERS.subList(0, present);

            assertEquals(few, sampler.sample(few.reversed(), 1, 1));
        }
    }

    @Test
    void sample_otherRoundAttemptOrSeed_isAnother() {
        List<List<NodeId>> rounds = samples(sampler, 1);

        assertEquals(rounds, samples(new CohortSampler(7, 3), 1));
        assertNotEquals(rounds, samples(sampler, 2));
        assertNotEquals(rounds, samples(new CohortSampler(8, 3), 1));
        assertTrue(Set.copyOf(rounds).size() > 10);
    }

    private static List<List<NodeId>> samples(CohortSampler sampler, int attempt) {
        return IntStream.rangeClosed(1, 20)
                .mapToObj(round -> sampler.sample(MEMBERS, round, attempt))
                .toList();
    }

    /**
     * Each member's count is binomial with n = 10,000 and p = 0.3: mean 3000, deviation 45.8. 252
     * is 5.5 deviations, which one of ten members misses with a probability below 4e-7.
     */
    @Test
    void sample_manyRounds_isUniform() {
        TreeMap<NodeId, Integer> counts = new TreeMap<>();

        for (int round = 1; round <= 10_000; round++) {
            sampler.sample(MEMBERS, round, 1).forEach(node -> counts.merge(node, 1, Integer::sum));
        }

        assertEquals(10, counts.size());
        counts.forEach((node, count) -> assertEquals(3000, count, 252, node::value));
    }

    @Test
    void sampler_ofNobody_isRefused() {
        var error = assertThrows(IllegalArgumentException.class, () -> new CohortSampler(7, 0));

        assertEquals("cohort must not be empty: size=0", error.getMessage());
    }
}
