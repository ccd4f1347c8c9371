package dev.gossamer.protocols.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.protocols.run.CodecPlan;
import dev.gossamer.protocols.run.CodecPlan.Index;
import dev.gossamer.protocols.run.CodecPlan.Values;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class BlockCodeTest {
    private static final int SIZE = 333;

    private static float[] sent(CodecPlan plan, float[] update, int trial) throws CodecException {
        UpdateCodec codec = new UpdateCodec(plan, Plans.flat(update.length));
        return codec.decode(codec.encode(update, 0, Plans.coins(trial)).bytes()).dense();
    }

    private static double largest(float[] values, int block) {
        double largest = 0;
        int from = block * Plans.BLOCK;
        for (int i = from; i < Math.min(values.length, from + Plans.BLOCK); i++) {
            largest = Math.max(largest, Math.abs(values[i]));
        }
        return largest;
    }

    @ParameterizedTest
    @EnumSource(names = {"INT8", "INT4"})
    void decode_anyValue_isOffByLessThanAScale(Values values) throws CodecException {
        int codes = values == Values.INT8 ? 127 : 7;
        for (int trial = 0; trial < 50; trial++) {
            float[] update = Plans.gaussian(SIZE, trial);

            float[] sent = sent(Plans.topK(values, 1, Index.AUTO), update, trial);

            for (int i = 0; i < SIZE; i++) {
                double scale = largest(update, i / Plans.BLOCK) / codes;
                assertEquals(update[i], sent[i], scale * 1.00001, "trial=" + trial);
            }
        }
    }

    /**
     * A rounded value has a variance of at most a quarter of the squared scale, and the trials are
     * independent, so the mean of 4,000 is off by scale / 126 in one standard deviation; 5.6 of
     * them have 2e-8 outside, 7e-6 for 333 values.
     */
    @ParameterizedTest
    @EnumSource(names = {"INT8", "INT4"})
    void decode_meanOverCoins_isTheValue(Values values) throws CodecException {
        int codes = values == Values.INT8 ? 127 : 7;
        int trials = 4000;
        float[] update = Plans.gaussian(SIZE, 1);
        double[] sum = new double[SIZE];
        for (int trial = 0; trial < trials; trial++) {
            float[] sent = sent(Plans.topK(values, 1, Index.AUTO), update, trial);
            for (int i = 0; i < SIZE; i++) {
                sum[i] += sent[i];
            }
        }

        for (int i = 0; i < SIZE; i++) {
            double scale = largest(update, i / Plans.BLOCK) / codes;
            assertEquals(update[i], sum[i] / trials, 5.6 * scale / 2 / Math.sqrt(trials));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"INT8", "INT4"})
    void encode_extremeBlocks_decodeWithinTheirScale(Values values) throws CodecException {
        float[] update = new float[5 * Plans.BLOCK];
        update[0] = Float.MAX_VALUE;
        update[1] = -Float.MAX_VALUE;
        update[Plans.BLOCK] = Float.MIN_VALUE;
        update[2 * Plans.BLOCK] = -180 * Float.MIN_VALUE;
        update[3 * Plans.BLOCK] = Float.MIN_NORMAL;

        float[] sent = sent(Plans.topK(values, 1, Index.AUTO), update, 1);

        assertEquals(Float.MAX_VALUE, sent[0], Float.MAX_VALUE * 1e-6f);
        assertEquals(-Float.MAX_VALUE, sent[1], Float.MAX_VALUE * 1e-6f);
        assertEquals(update[2 * Plans.BLOCK], sent[2 * Plans.BLOCK], 180 * Float.MIN_VALUE);
        assertEquals(0f, sent[4 * Plans.BLOCK]);
        assertTrue(Math.abs(sent[Plans.BLOCK]) <= Float.MIN_VALUE * 127);
    }

    @Test
    void bf16_anyValue_isTheNearestWithHalvesToEven() throws CodecException {
        float[] update = {1, 1 + 0x1p-8f, 1 + 3 * 0x1p-8f, 1 + 0x1.2p-8f, -1 - 0x1p-9f, 0, -0f};

        float[] sent = sent(Plans.topK(Values.BF16, 1, Index.AUTO), update, 0);

        float[] nearest = {1, 1, 1 + 0x1p-6f, 1 + 0x1p-7f, -1, 0, -0f};
        for (int i = 0; i < update.length; i++) {
            assertEquals(nearest[i], sent[i], "i=" + i);
        }
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.MAX_VALUE, -Float.MAX_VALUE})
    void bf16_valueBeyondItsRange_isRefused(float value) {
        var error =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> Plans.encode(Plans.topK(Values.BF16, 1, Index.AUTO), 0, value));

        assertEquals("value has no bf16: position=1, value=" + value, error.getMessage());
    }
}
