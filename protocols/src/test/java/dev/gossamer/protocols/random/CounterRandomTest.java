package dev.gossamer.protocols.random;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

import java.util.Arrays;

class CounterRandomTest {
    @Test
    void of_sameKey_givesSameCoins() {
        CounterRandom one = CounterRandom.of(7, "batches", 3, "client-1");
        CounterRandom other = CounterRandom.of(7, "batches", 3, "client-1");

        for (int i = 0; i < 100; i++) {
            assertEquals(one.nextLong(), other.nextLong());
        }
    }

    @Test
    void of_anyPartOfTheKeyChanged_givesOtherCoins() {
        long coin = CounterRandom.of(7, "batches", 3, "client-1").nextLong();

        assertNotEquals(coin, CounterRandom.of(8, "batches", 3, "client-1").nextLong());
        assertNotEquals(coin, CounterRandom.of(7, "dropout", 3, "client-1").nextLong());
        assertNotEquals(coin, CounterRandom.of(7, "batches", 4, "client-1").nextLong());
        assertNotEquals(coin, CounterRandom.of(7, "batches", 3, "client-2").nextLong());
    }

    @Test
    void permutation_holdsEachIndexOnce() {
        int[] order = CounterRandom.of(1, "order", 0, "").permutation(500);

        int[] sorted = order.clone();
        Arrays.sort(sorted);
        assertEquals(500, Arrays.stream(order).distinct().count());
        assertArrayEquals(Arrays.stream(sorted).sorted().toArray(), sorted);
        assertEquals(499, sorted[499]);
    }

    /** Mean and variance of n normals deviate by 5 standard errors with chance below 1e-6. */
    @Test
    void nextGaussian_hasMeanZeroAndVarianceOne() {
        CounterRandom random = CounterRandom.of(5, "gauss", 0, "");
        int n = 100_000;
        double sum = 0;
        double squares = 0;

        for (int i = 0; i < n; i++) {
            double z = random.nextGaussian();
            sum += z;
            squares += z * z;
        }

        assertEquals(0, sum / n, 5 / Math.sqrt(n));
        assertEquals(1, squares / n, 5 * Math.sqrt(2.0 / n));
    }

    @Test
    void nextInt_boundNotPositive_isRefusedByName() {
        CounterRandom random = CounterRandom.of(5, "x", 0, "");

        var error = assertThrows(IllegalArgumentException.class, () -> random.nextInt(0));

        assertEquals("bound must be positive: bound=0", error.getMessage());
    }
}
