package dev.gossamer.simulations.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.protocols.random.CounterRandom;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;

class DirichletPartitionTest {
    private static final int CLASSES = 12;
    private static final List<Integer> ROWS = IntStream.range(0, 1200).boxed().toList();

    private static List<List<Integer>> deal(int clients, double alpha, int minimum, long seed) {
        return new DirichletPartition(clients, alpha, minimum)
                .deal(ROWS, row -> row % CLASSES, seed);
    }

    @Test
    void deal_anyAlpha_usesEveryRowOnce() {
        for (double alpha : new double[] {0.001, 0.01, 0.1, 0.3, 1, 100, 1e6}) {
            List<Integer> all = new ArrayList<>();
            deal(6, alpha, 20, 3).forEach(all::addAll);

            assertEquals(ROWS.size(), all.size(), "alpha=" + alpha);
            assertEquals(ROWS.size(), new HashSet<>(all).size(), "alpha=" + alpha);
        }
    }

    @Test
    void deal_anyAlpha_givesEveryClientTheMinimum() {
        for (double alpha : new double[] {0.001, 0.01, 0.1, 1}) {
            for (List<Integer> client : deal(20, alpha, 60, 3)) {
                assertEquals(60, client.size(), "alpha=" + alpha);
            }
            for (List<Integer> client : deal(20, alpha, 16, 3)) {
                assertTrue(client.size() >= 16, "alpha=" + alpha + ", rows=" + client.size());
            }
        }
    }

    @Test
    void deal_sameSeed_isTheSame() {
        assertEquals(deal(6, 0.3, 20, 3), deal(6, 0.3, 20, 3));
        assertNotEquals(deal(6, 0.3, 20, 3), deal(6, 0.3, 20, 4));
    }

    @Test
    void deal_largeAlpha_isNearUniform() {
        for (List<Integer> client : deal(6, 1e6, 0, 3)) {
            for (int label = 0; label < CLASSES; label++) {
                int wanted = label;
                long count = client.stream().filter(r -> r % CLASSES == wanted).count();
                assertTrue(count == 16 || count == 17, "label=" + label + ", count=" + count);
            }
        }
    }

    @Test
    void deal_smallAlpha_givesAClassAlmostWhollyToOneClient() {
        List<List<Integer>> dealt = deal(6, 0.01, 0, 3);

        int largestShares = 0;
        for (int label = 0; label < CLASSES; label++) {
            int wanted = label;
            largestShares +=
                    dealt.stream()
                            .mapToInt(
                                    client ->
                                            (int)
                                                    client.stream()
                                                            .filter(r -> r % CLASSES == wanted)
                                                            .count())
                            .max()
                            .orElseThrow();
        }
        assertTrue(largestShares > 1100, "largestShares=" + largestShares);
    }

    /**
     * The first of k shares is Beta(alpha, (k - 1) alpha): mean 1/k, variance (k - 1) / (k^2 (k
     * alpha + 1)), kurtosis at most 4.7 here. Five standard errors of the mean, and 5 % of the
     * variance, which is more than five of its own, fail with chance below 1e-5.
     */
    @Test
    void shares_haveTheMeanAndVarianceOfTheDistribution() {
        int draws = 50_000;
        int k = 6;
        for (double alpha : new double[] {0.3, 1, 5}) {
            DirichletPartition partition = new DirichletPartition(k, alpha, 0);
            CounterRandom random = CounterRandom.of(5, "shares", 0, "");
            double sum = 0;
            double squares = 0;
            for (int i = 0; i < draws; i++) {
                double share = partition.shares(random)[0];
                sum += share;
                squares += share * share;
            }
            double mean = sum / draws;
            double variance = (k - 1) / (k * k * (k * alpha + 1));

            assertEquals(1.0 / k, mean, 5 * Math.sqrt(variance / draws), "alpha=" + alpha);
            assertEquals(variance, squares / draws - mean * mean, 0.05 * variance);
        }
    }

    @Test
    void deal_moreThanThereAre_refused() {
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> deal(20, 1, 61, 3));

        assertEquals("too few rows: rows=1200, clients=20, minimumRows=61", refused.getMessage());
    }

    @Test
    void partition_badAlpha_refused() {
        assertThrows(IllegalArgumentException.class, () -> new DirichletPartition(2, 0, 0));
        assertThrows(
                IllegalArgumentException.class, () -> new DirichletPartition(2, Double.NaN, 0));
    }
}
