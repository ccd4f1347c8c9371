package dev.gossamer.protocols.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.protocols.random.CounterRandom;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.BitSet;

class IndexCodesTest {
    /** Indices at random, in clusters, or at the far end. */
    private static int[] indices(int size, int k, int trial) {
        int[] indices = RandomK.select(trial, size, k);
        if (trial % 3 == 1) {
            for (int i = 0; i < k; i++) {
                indices[i] = i;
            }
        } else if (trial % 3 == 2) {
            for (int i = 0; i < k; i++) {
                indices[i] = size - k + i;
            }
        }
        return indices;
    }

    @ParameterizedTest
    @EnumSource(names = {"BITMAP", "VARINT", "RICE", "COO"})
    void decode_ofEncode_isTheIdentityAtTheStatedCost(IndexCoding coding) throws CodecException {
        CounterRandom random = CounterRandom.of(4, "indices", 0, "");
        for (int trial = 0; trial < 600; trial++) {
            int size = 1 + random.nextInt(trial % 5 == 0 ? 1 << 20 : 400);
            int k = 1 + random.nextInt(Math.min(size, 300));
            int[] indices = indices(size, k, trial);

            byte[] section = IndexSection.encode(coding, indices, size, 0);

            assertEquals(coding.cost(indices, size), section.length);
            assertTrue(section.length <= coding.maxBytes(k, size), "trial=" + trial);
            assertArrayEquals(
                    indices, IndexSection.decode(coding, Section.whole(section), k, size));
        }
    }

    /** Bit by bit into a set, as the format says it. */
    private static byte[] naiveRice(int[] indices, int parameter, int length) {
        BitSet bits = new BitSet();
        int at = 0;
        int expected = 0;
        for (int index : indices) {
            int gap = index - expected;
            at += gap >> parameter;
            bits.set(at++);
            for (int b = 0; b < parameter; b++) {
                bits.set(at++, ((gap >> b) & 1) == 1);
            }
            expected = index + 1;
        }
        byte[] section = new byte[length];
        section[0] = (byte) parameter;
        byte[] packed = bits.toByteArray();
        System.arraycopy(packed, 0, section, 1, packed.length);
        assertEquals(length, 1 + (at + 7) / 8);
        return section;
    }

    @Test
    void rice_isBitForBitWhatTheFormatSays() {
        for (int trial = 0; trial < 200; trial++) {
            int[] indices = indices(1000 + trial * 977, 1 + trial, trial);

            byte[] section = RiceCode.encode(indices);

            assertArrayEquals(naiveRice(indices, section[0], section.length), section);
        }
    }

    @Test
    void rice_parameter_isTheBestOfAll() {
        for (int trial = 0; trial < 200; trial++) {
            int[] indices = indices(1000 + trial * 977, 1 + trial, trial);
            long least = Long.MAX_VALUE;
            for (int parameter = 0; parameter <= RiceCode.MAX_PARAMETER; parameter++) {
                long bits = 0;
                int expected = 0;
                for (int index : indices) {
                    bits += ((index - expected) >> parameter) + 1 + parameter;
                    expected = index + 1;
                }
                least = Math.min(least, 1 + (bits + 7) / 8);
            }

            // Nearly: the mean gap says which, but for gaps that are all alike or all but one 0.
            assertTrue(RiceCode.cost(indices) <= least * 1.15 + 1, "trial=" + trial);
        }
    }

    @Test
    void randomK_everyIndex_isDrawnAsOftenAsTheOthers() {
        int[] counts = new int[20];
        int trials = 20_000;
        for (int trial = 0; trial < trials; trial++) {
            for (int index : RandomK.select(trial, counts.length, 5)) {
                counts[index]++;
            }
        }

        // Binomial with p = 1/4: 61 is one standard deviation, and 5 of them have 6e-7 outside,
        // 1e-5 for 20 counts.
        for (int count : counts) {
            assertEquals(trials / 4.0, count, 5 * 61.3);
        }
    }
}
