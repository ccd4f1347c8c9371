package dev.gossamer.protocols.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.protocols.random.CounterRandom;
import dev.gossamer.protocols.run.CodecPlan;
import dev.gossamer.protocols.run.CodecPlan.Entropy;
import dev.gossamer.protocols.run.CodecPlan.Feedback;
import dev.gossamer.protocols.run.CodecPlan.Index;
import dev.gossamer.protocols.run.CodecPlan.Sparsify;
import dev.gossamer.protocols.run.CodecPlan.Values;
import dev.gossamer.protocols.run.RunFileException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Arrays;
import java.util.HexFormat;

class UpdateCodecTest {
    private static final String FP32_AT_1_2_3_5 = "0000803f 000000c0 0000003f 00004040";

    private static String header(String codings, int kept, int block, int index, int values) {
        return "01" + codings + "08000000" + le(kept) + le(block) + le(index) + le(values);
    }

    private static String le(int value) {
        return HexFormat.of().toHexDigits(Integer.reverseBytes(value));
    }

    private static void assertMessage(String hex, EncodedUpdate encoded) {
        assertEquals(hex.replace(" ", ""), HexFormat.of().formatHex(encoded.bytes()));
    }

    @ParameterizedTest
    @CsvSource({
        "BITMAP, 000100, 2e",
        "VARINT, 000200, 01 00 00 01",
        "RICE, 000300, 00 2e",
        "COO, 000400, 01000000 02000000 03000000 05000000",
        "AUTO, 000100, 2e"
    })
    void encode_smallUpdate_givesTheGoldenBytesOfItsIndexCoding(
            Index index, String codings, String section) {
        EncodedUpdate encoded =
                Plans.encode(Plans.topK(Values.FP32, 0.5, index), 0, 1, -2, 0.5f, 0, 3, 0, -0.25f);

        int bytes = section.replace(" ", "").length() / 2;
        assertMessage(header(codings, 4, 0, bytes, 16) + section + FP32_AT_1_2_3_5, encoded);
        assertEquals(24, encoded.headerBytes());
        assertEquals(bytes, encoded.indexBytes());
        assertEquals(0, encoded.scaleBytes());
        assertEquals(16, encoded.valueBytes());
    }

    /** Whole multiples of the scale leave nothing to the coins. */
    @ParameterizedTest
    @CsvSource({
        "FP32, 000000, 0, 32, '', 0000fe42 0000a0c0 00004040 00008042 00000000 0000803f 000080bf"
                + " 000000c0",
        "BF16, 010000, 0, 16, '', fe42 a0c0 4040 8042 0000 803f 80bf 00c0",
        "INT8, 020000, 32, 8, 0000803f, 7f fb 03 40 00 01 ff fe"
    })
    void encode_smallUpdate_givesTheGoldenBytesOfItsValues(
            Values values, String codings, int block, int bytes, String scales, String section) {
        EncodedUpdate encoded =
                Plans.encode(Plans.topK(values, 1, Index.AUTO), 127, -5, 3, 64, 0, 1, -1, -2);

        assertMessage(header(codings, 8, block, 0, bytes) + scales + section, encoded);
    }

    @Test
    void encode_int4_givesTheGoldenBytes() {
        CodecPlan plan = Plans.topK(Values.INT4, 0.7, Index.AUTO);

        EncodedUpdate encoded = Plans.encode(plan, 14, -10, 6, 2, 0, 0, 0, -4);

        assertMessage(header("030100", 5, 32, 1, 3) + "8f" + "00000040" + "b7 13 0e", encoded);
        assertEquals(4, encoded.scaleBytes());
    }

    @Test
    void encode_randomK_givesTheGoldenBytes() {
        CodecPlan plan = Plans.of(Values.FP32, Sparsify.RANDOM_K, 0.25, Index.AUTO, Entropy.NONE);
        int[] drawn = RandomK.select(5, 8, 2);

        EncodedUpdate encoded = Plans.encode(plan, 1, 2, 3, 4, 5, 6, 7, 8);

        assertArrayEquals(new int[] {2, 6}, drawn);
        assertMessage(
                header("000500", 2, 0, 8, 8) + "0500000000000000" + "00004041" + "0000e041",
                encoded);
    }

    /** What the plan sends of an update, by the naive way. */
    private static int[] chosen(CodecPlan plan, float[] update) {
        int[] indices = new int[new UpdateCodec(plan, Plans.two(update.length)).kept()];
        switch (plan.sparsify()) {
            case RANDOM_K -> indices = RandomK.select(9, update.length, indices.length);
            case TOP_K -> TopK.select(update, 0, update.length, indices.length, indices, 0);
            case TOP_K_PER_TENSOR -> {
                int first = Plans.two(update.length).slices().getFirst().size();
                int k = TopK.kept(plan.density(), first);
                TopK.select(update, 0, first, k, indices, 0);
                if (first < update.length) {
                    TopK.select(update, first, update.length, indices.length - k, indices, k);
                }
            }
        }
        return indices;
    }

    private static double bound(CodecPlan plan, float largest, float value) {
        return switch (plan.values()) {
            case FP32 -> 0;
            case BF16 -> Math.abs(value) * 0x1p-8;
            case INT8 -> largest / 127 * 1.00001;
            case INT4 -> largest / 7 * 1.00001;
        };
    }

    @ParameterizedTest
    @ValueSource(doubles = {1, 0.5, 0.1, 0.01, 1e-6})
    void decode_ofEncode_isWhatThePlanSends(double density) throws CodecException {
        CounterRandom random = CounterRandom.of(8, "round-trip", 0, "");
        for (CodecPlan plan : Plans.all(density)) {
            for (int trial = 0; trial < 6; trial++) {
                float[] update = Plans.gaussian(1 + random.nextInt(trial == 0 ? 3 : 700), trial);
                UpdateCodec codec = new UpdateCodec(plan, Plans.two(update.length));

                EncodedUpdate encoded = codec.encode(update, 9, Plans.coins(trial));

                assertSent(plan, update, codec.decode(encoded.bytes()));
                assertEquals(codec.kept(), encoded.kept());
            }
        }
    }

    private static void assertSent(CodecPlan plan, float[] update, DecodedUpdate decoded) {
        int[] indices = chosen(plan, update);
        float scale =
                plan.sparsify() == Sparsify.RANDOM_K
                        ? (float) ((double) update.length / indices.length)
                        : 1;
        float[] expected = new float[update.length];
        float largest = 0;
        for (int index : indices) {
            expected[index] = update[index] * scale;
            largest = Math.max(largest, Math.abs(expected[index]));
        }
        float[] dense = decoded.dense();
        assertEquals(indices.length, decoded.kept());
        for (int i = 0; i < dense.length; i++) {
            assertEquals(expected[i], dense[i], bound(plan, largest, expected[i]), plan.toString());
        }
    }

    @ParameterizedTest
    @EnumSource(Entropy.class)
    void encode_automaticIndex_isNeverLongerThanTheBestForced(Entropy entropy) {
        CounterRandom random = CounterRandom.of(8, "automatic", 0, "");
        for (int trial = 0; trial < 120; trial++) {
            int size = 1 + random.nextInt(3000);
            double density = Math.pow(random.nextDouble(), 3);
            float[] update = Plans.gaussian(size, trial);
            if (trial % 3 == 0) {
                Arrays.sort(update);
            }
            int automatic = bytes(update, Math.max(density, 1e-9), Index.AUTO, entropy);
            for (Index index : Index.values()) {
                int forced = bytes(update, Math.max(density, 1e-9), index, entropy);
                assertTrue(automatic <= forced, "trial=" + trial + ", index=" + index);
            }
        }
    }

    private static int bytes(float[] update, double density, Index index, Entropy entropy) {
        CodecPlan plan = Plans.of(Values.FP32, Sparsify.TOP_K, density, index, entropy);
        return Plans.encode(plan, update).bytes().length;
    }

    @Test
    void encode_packed_isShorterWhereExponentsRepeatAndNeverLonger() {
        float[] update = Plans.gaussian(20_000, 1);
        for (CodecPlan plan : Plans.all(0.2)) {
            CodecPlan plain =
                    Plans.of(
                            plan.values(),
                            plan.sparsify(),
                            plan.density(),
                            plan.index(),
                            Entropy.NONE);
            int packed = Plans.encode(plan, update).bytes().length;
            int unpacked = Plans.encode(plain, update).bytes().length;

            boolean repeats = plan.values() == Values.FP32 || plan.values() == Values.BF16;
            boolean zstd = plan.entropy() == Entropy.ZSTD;
            assertTrue(packed <= unpacked * (repeats && zstd ? 0.95 : 1), plan.toString());
        }
    }

    @Test
    void encode_randomKWithoutFeedback_hasTheUpdateAsItsMean() throws CodecException {
        CodecPlan plan = Plans.of(Values.FP32, Sparsify.RANDOM_K, 0.25, Index.AUTO, Entropy.NONE);
        UpdateCodec codec = new UpdateCodec(plan, Plans.flat(4));
        float[] update = {1, 2, 3, 4};
        double[] sum = new double[4];
        int trials = 10_000;
        for (int seed = 0; seed < trials; seed++) {
            float[] sent = codec.decode(codec.encode(update, seed, Plans.coins(0)).bytes()).dense();
            for (int i = 0; i < 4; i++) {
                sum[i] += sent[i];
            }
        }

        // Four times a coin of 1/4: a deviation of sqrt(3) values a draw; 5 of them, 2e-6 outside.
        for (int i = 0; i < 4; i++) {
            assertEquals(update[i], sum[i] / trials, 5 * update[i] * Math.sqrt(3.0 / trials));
        }
    }

    @Test
    void encode_randomKWithFeedback_sendsTheValuesAsTheyAre() throws CodecException {
        CodecPlan plan = Plans.of(Values.FP32, Sparsify.RANDOM_K, 0.5, Index.AUTO, Entropy.NONE);
        UpdateCodec codec = new UpdateCodec(Plans.feedback(plan, Feedback.KEEP), Plans.flat(2));

        float[] sent =
                codec.decode(codec.encode(new float[] {7, 7}, 1, Plans.coins(0)).bytes()).dense();

        assertEquals(7, sent[0] + sent[1]);
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void encode_notFinite_isRefusedByEveryPlan(float bad) {
        for (double density : new double[] {1, 0.5}) {
            for (CodecPlan plan : Plans.all(density)) {
                var error =
                        assertThrows(
                                IllegalArgumentException.class,
                                () -> Plans.encode(plan, 1, bad, 3, 4),
                                plan.toString());
                assertEquals("value is not finite: index=1, value=" + bad, error.getMessage());
            }
        }
    }

    @Test
    void encode_wrongLength_isRefusedByLength() {
        UpdateCodec codec = new UpdateCodec(CodecPlan.PLAIN, Plans.flat(3));

        var error =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> codec.encode(new float[2], 0, Plans.coins(0)));

        assertEquals("update has a wrong length: values=2, expected=3", error.getMessage());
    }

    @Test
    void codec_planOutOfItsBounds_isRefused() {
        CodecPlan plan = Plans.topK(Values.FP32, 0, Index.AUTO);

        assertThrows(RunFileException.class, () -> new UpdateCodec(plan, Plans.flat(3)));
    }
}
