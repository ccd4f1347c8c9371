package dev.gossamer.protocols.basis;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.protocols.adapter.Basis;
import dev.gossamer.protocols.adapter.BasisCodec;
import dev.gossamer.protocols.adapter.Digest;
import dev.gossamer.protocols.method.Setting.Shape;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Arrays;
import java.util.List;

class RandomBasisTest {
    @ParameterizedTest
    @CsvSource({"384, 96, 16", "7, 7, 7", "5, 80, 3", "1, 1, 1"})
    void of_anySides_isOrthonormal(int out, int in, int rank) {
        Basis.Target target = RandomBasis.of(new Shape("up", out, in), rank, 3);

        assertTrue(Gradients.departure(target) < 1e-6);
    }

    /** Any machine may make it, so it need not be one alone. */
    @Test
    void of_theSameSeed_hasTheseFloatsAnywhere() {
        Basis basis = new Basis(List.of(RandomBasis.of(new Shape("up", 24, 32), 6, 9)));

        assertEquals("17bf5358", Digest.of(BasisCodec.encode(basis)).brief());
    }

    @Test
    void of_anotherSeedOrTarget_isAnother() {
        Shape shape = new Shape("up", 24, 24);
        Basis.Target one = RandomBasis.of(shape, 6, 9);

        assertArrayEquals(one.a(), RandomBasis.of(shape, 6, 9).a());
        assertFalse(Arrays.equals(one.a(), RandomBasis.of(shape, 6, 10).a()));
        assertFalse(Arrays.equals(one.a(), RandomBasis.of(new Shape("down", 24, 24), 6, 9).a()));
        assertFalse(Arrays.equals(Gradients.a(one).data, Gradients.b(one).data));
    }

    /**
     * Uniform over orthonormal frames: a squared entry of a column of 40 is Beta(1/2, 39/2), of
     * mean 1/40 and deviation 0.0345. Over the 4,000 first entries of as many bases the mean is
     * within 5 deviations of 1/40, and the mean of the entries themselves, of deviation 0.158,
     * within 5 of zero: false alarms below 1e-6. Without fixed signs Householder's first entries
     * would all have one sign.
     */
    @Test
    void of_manySeeds_areUniform() {
        double sum = 0;
        double squares = 0;
        int trials = 4000;
        for (int seed = 0; seed < trials; seed++) {
            float entry = RandomBasis.of(new Shape("up", 40, 3), 1, seed).b()[0];
            sum += entry;
            squares += (double) entry * entry;
        }

        assertEquals(0, sum / trials, 5 * 0.158 / Math.sqrt(trials));
        assertEquals(1 / 40.0, squares / trials, 5 * 0.0345 / Math.sqrt(trials));
    }

    @Test
    void of_rankAboveASide_isRefusedByName() {
        var error =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> RandomBasis.of(new Shape("up", 24, 5), 6, 9));

        assertEquals(
                "rank is larger than a side of the matrix: rank=6, target=up, bound=5",
                error.getMessage());
    }
}
