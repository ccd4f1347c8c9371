package dev.gossamer.privacy.secagg;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.math.BigInteger;

class OverflowProofTest {
    private static final BigInteger NONE = BigInteger.ZERO;

    /** Modulus bits needed, from n and b: 23.4, 26.7, 30.0 and 26 fit 32; the others do not. */
    @ParameterizedTest
    @CsvSource({
        "10, 1, 20, WORDS_32",
        "100, 1, 20, WORDS_32",
        "64, 1, 24, WORDS_32",
        "1000, 1, 16, WORDS_32",
        "1000, 1, 24, WORDS_64",
        "50, 1000, 20, WORDS_64"
    })
    void proof_picksTheNarrowestRing(int members, long weight, int bits, Ring ring) {
        assertEquals(ring, OverflowProof.of(members, weight, bits, NONE).ring());
    }

    /** The limit is met exactly: 2^31 - 1 is in, 2^31 is out. */
    @Test
    void sum_atTheLimit_fitsAndOneMoreDoesNot() {
        BigInteger room = BigInteger.ONE.shiftLeft(31).subtract(BigInteger.ONE);
        BigInteger noise = room.subtract(BigInteger.valueOf(3 * 5 * 127));

        assertEquals(Ring.WORDS_32, OverflowProof.of(3, 5, 8, noise).ring());
        assertEquals(room, OverflowProof.of(3, 5, 8, noise).largestSum());
        assertEquals(Ring.WORDS_64, OverflowProof.of(3, 5, 8, noise.add(BigInteger.ONE)).ring());
        BigInteger wide = BigInteger.ONE.shiftLeft(63).subtract(BigInteger.valueOf(3 * 5 * 127));
        assertThrows(IllegalArgumentException.class, () -> OverflowProof.of(3, 5, 8, wide));
        assertDoesNotThrow(() -> OverflowProof.of(3, 5, 8, wide.subtract(BigInteger.ONE)));
    }

    @Test
    void sum_thatCanWrap_isRefusedWithTheNumbers() {
        assertEquals(
                "sums can wrap around, take fewer value bits or a smaller weight: members=1000,"
                        + " maxWeight=1000000, valueBits=50, noiseBound=0, largest"
                        + " sum=562949953421311000000000, bound=9223372036854775808",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> OverflowProof.of(1000, 1_000_000, 50, NONE))
                        .getMessage());
    }

    @ParameterizedTest
    @CsvSource({"0, 1, 8, 0", "1, 0, 8, 0", "1, 1, 1, 0", "1, 1, 63, 0", "1, 1, 8, -1"})
    void numbers_outOfRange_areRefused(int members, long weight, int bits, String noise) {
        BigInteger bound = new BigInteger(noise);

        assertThrows(
                IllegalArgumentException.class,
                () -> OverflowProof.of(members, weight, bits, bound));
    }

    @Test
    void weightedVectors_added_giveBothSums() {
        OverflowProof proof = OverflowProof.of(2, 10, 8, NONE);
        RingVector sum = WeightedVector.encode(proof, new long[] {127, -127, 3}, 10);

        sum.addInPlace(WeightedVector.encode(proof, new long[] {127, -127, -1}, 4));
        WeightedVector.Sums sums = WeightedVector.decode(proof, sum, 2);

        assertArrayEquals(new long[] {1778, -1778, 26}, sums.values());
        assertEquals(14, sums.weight());
    }

    @Test
    void weightsAndValues_outsideOfTheProof_areRefused() {
        OverflowProof proof = OverflowProof.of(2, 10, 8, NONE);

        for (long weight : new long[] {0, -1, 11, Long.MIN_VALUE}) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> WeightedVector.encode(proof, new long[] {1}, weight));
        }
        for (long value : new long[] {128, -128, Long.MIN_VALUE}) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> WeightedVector.encode(proof, new long[] {value}, 1));
        }
        RingVector none = RingVector.ofSigned(Ring.WORDS_32, new long[] {5, 0});
        assertEquals(
                "sum of weights is out of range: weight=0, bound=2..20",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> WeightedVector.decode(proof, none, 2))
                        .getMessage());
    }

    @Test
    void ringVector_ofValuesOutsideOfTheRing_isRefusedNotWrapped() {
        assertEquals(
                "value is outside of the ring: index=1, value=2147483648, ring=WORDS_32",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> RingVector.ofSigned(Ring.WORDS_32, new long[] {0, 1L << 31}))
                        .getMessage());
        RingVector narrow = RingVector.zeros(Ring.WORDS_32, 2);
        assertThrows(
                IllegalArgumentException.class,
                () -> narrow.addInPlace(RingVector.zeros(Ring.WORDS_64, 2)));
        assertThrows(
                IllegalArgumentException.class,
                () -> narrow.addInPlace(RingVector.zeros(Ring.WORDS_32, 3)));
    }

    @Test
    void support_chosenByEachClient_isRefusedWithTheReason() {
        Support.DENSE.requireCommon();
        Support.SHARED_RANDOM_K.requireCommon();

        assertEquals(
                Support.LOCAL_TOP_K_REFUSED,
                assertThrows(IllegalArgumentException.class, Support.LOCAL_TOP_K::requireCommon)
                        .getMessage());
    }
}
