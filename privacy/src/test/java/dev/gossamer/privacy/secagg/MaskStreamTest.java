package dev.gossamer.privacy.secagg;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

class MaskStreamTest {
    private static final byte[] SEED = Cohort.digest("seed").bytes();

    /** Around the chunks in which the stream is made, whose length is 16,384 bytes. */
    @ParameterizedTest
    @ValueSource(ints = {1, 63, 64, 2047, 2048, 2049, 4095, 4096, 4097, 10_000})
    void words_ofAnyCount_areTheStreamLittleEndian(int count) {
        ByteBuffer stream =
                ByteBuffer.wrap(MaskStream.of(SEED).next(8 * count)).order(ByteOrder.LITTLE_ENDIAN);
        int[] narrow = new int[count];
        long[] wide = new long[count];

        MaskStream.of(SEED).addTo(narrow);
        MaskStream.of(SEED).addTo(wide);

        int[] expectedNarrow = new int[count];
        long[] expectedWide = new long[count];
        stream.asIntBuffer().get(expectedNarrow);
        stream.asLongBuffer().get(expectedWide);
        assertArrayEquals(expectedNarrow, narrow);
        assertArrayEquals(expectedWide, wide);
    }

    @Test
    void mask_addedAndTakenAway_leavesTheInput() {
        RingVector narrow = RingVector.ofSigned(Ring.WORDS_32, new long[] {1, -2, 1 << 30});
        RingVector wide = RingVector.ofSigned(Ring.WORDS_64, new long[] {1, -2, 1L << 62});

        for (RingVector vector : new RingVector[] {narrow, wide}) {
            long[] before = vector.signed();
            vector.maskInPlace(SEED);
            assertFalse(Arrays.equals(before, vector.signed()));
            vector.unmaskInPlace(SEED);
            assertArrayEquals(before, vector.signed());
        }
    }

    /** No seed bit is left out: a flip changes about half of the stream's bits. */
    @Test
    void seed_withAnyBitFlipped_hasAnotherStream() {
        byte[] stream = MaskStream.of(SEED).next(128);

        for (int bit = 0; bit < 256; bit++) {
            byte[] flipped = SEED.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            byte[] other = MaskStream.of(flipped).next(128);
            int differing = 0;
            for (int i = 0; i < stream.length; i++) {
                differing += Integer.bitCount((stream[i] ^ other[i]) & 0xff);
            }
            // 1,024 fair bits: 512 with a deviation of 16, and 128 is 8 deviations
            assertTrue(Math.abs(differing - 512) < 128, "bit=" + bit + " differing=" + differing);
        }
    }

    @Test
    void seed_ofAnotherLength_isRefused() {
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> MaskStream.of(new byte[4]));

        assertEquals("seed has a wrong length: bytes=4, expected=32", refused.getMessage());
    }
}
