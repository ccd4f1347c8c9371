package dev.gossamer.protocols.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;

import dev.gossamer.protocols.random.CounterRandom;
import dev.gossamer.protocols.run.CodecPlan;
import dev.gossamer.protocols.run.CodecPlan.Entropy;
import dev.gossamer.protocols.run.CodecPlan.Index;
import dev.gossamer.protocols.run.CodecPlan.Sparsify;
import dev.gossamer.protocols.run.CodecPlan.Values;

import org.junit.jupiter.api.Test;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

class UpdateCodecFuzzTest {
    private static final int SIZE = 50;

    private final Set<CodecFault> seen = EnumSet.noneOf(CodecFault.class);

    /** Decodes to an update that fits, or to the one exception there is. */
    private void decode(UpdateCodec codec, byte[] bytes) {
        try {
            DecodedUpdate decoded = codec.decode(bytes);
            assertEquals(SIZE, decoded.dense().length);
            assertEquals(-1, FiniteValues.firstNotFinite(decoded.dense()));
            assertTrue(decoded.kept() <= codec.kept());
        } catch (CodecException e) {
            seen.add(e.fault());
        }
    }

    private static byte[] message(CodecPlan plan) {
        float[] update = Plans.gaussian(SIZE, 2);
        Arrays.fill(update, 10, 40, 0.5f); // so that there is something to pack
        return new UpdateCodec(plan, Plans.two(SIZE)).encode(update, 3, Plans.coins(1)).bytes();
    }

    @Test
    void decode_truncatedAtAnyLength_isRefused() {
        for (CodecPlan plan : Plans.all(0.5)) {
            UpdateCodec codec = new UpdateCodec(plan, Plans.two(SIZE));
            byte[] message = message(plan);
            for (int length = 0; length < message.length; length++) {
                byte[] part = Arrays.copyOf(message, length);
                var error = assertThrows(CodecException.class, () -> codec.decode(part));
                assertEquals(CodecFault.TRUNCATED, error.fault(), plan + " at " + length);
            }
        }
    }

    @Test
    void decode_bytesAfterTheEnd_areRefused() {
        for (CodecPlan plan : Plans.all(0.5)) {
            UpdateCodec codec = new UpdateCodec(plan, Plans.two(SIZE));
            byte[] message = message(plan);
            byte[] longer = Arrays.copyOf(message, message.length + 1);
            var error = assertThrows(CodecException.class, () -> codec.decode(longer));
            assertEquals(CodecFault.TRAILING, error.fault());
        }
    }

    @Test
    void decode_anyBitFlipped_givesAnUpdateOrTheException() {
        for (double density : new double[] {1, 0.3}) {
            for (CodecPlan plan : Plans.all(density)) {
                UpdateCodec codec = new UpdateCodec(plan, Plans.two(SIZE));
                byte[] message = message(plan);
                for (int bit = 0; bit < 8 * message.length; bit++) {
                    message[bit / 8] ^= (byte) (1 << (bit % 8));
                    decode(codec, message);
                    message[bit / 8] ^= (byte) (1 << (bit % 8));
                }
            }
        }

        assertEquals(EnumSet.allOf(CodecFault.class), seen);
    }

    @Test
    void decode_randomBytesAfterARealHeader_giveAnUpdateOrTheException() {
        CounterRandom random = CounterRandom.of(6, "fuzz", 0, "");
        for (CodecPlan plan : Plans.all(0.5)) {
            UpdateCodec codec = new UpdateCodec(plan, Plans.two(SIZE));
            byte[] message = message(plan);
            for (int trial = 0; trial < 300; trial++) {
                int from = trial % 4 == 0 ? 0 : UpdateHeader.BYTES;
                for (int i = from; i < message.length; i++) {
                    message[i] = (byte) random.nextLong();
                }
                decode(codec, message);
            }
        }
    }

    /** Four gigabytes are claimed in every field; a layout of 50 values needs far less. */
    @Test
    void decode_claimsOfAnySize_allocateLittle() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        CodecPlan plan = Plans.of(Values.FP32, Sparsify.TOP_K, 0.5, Index.AUTO, Entropy.ZSTD);
        UpdateCodec codec = new UpdateCodec(plan, Plans.two(SIZE));
        byte[] message = message(plan);
        decode(codec, message); // loads what is loaded once
        long before = threads.getCurrentThreadAllocatedBytes();
        int trials = 0;
        for (int claim : new int[] {-1, Integer.MAX_VALUE, Integer.MIN_VALUE, 1 << 28, 1 << 20}) {
            for (int at = 0; at + Integer.BYTES <= message.length; at++) {
                byte[] lie = message.clone();
                for (int i = 0; i < Integer.BYTES; i++) {
                    lie[at + i] = (byte) (claim >>> (8 * i));
                }
                decode(codec, lie);
                trials++;
            }
        }
        long each = (threads.getCurrentThreadAllocatedBytes() - before) / trials;

        assertTrue(each < 40_000, "bytes of each=" + each);
    }
}
