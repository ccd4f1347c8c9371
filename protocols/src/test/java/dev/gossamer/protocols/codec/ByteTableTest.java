package dev.gossamer.protocols.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gossamer.protocols.run.CodecPlan.Index;
import dev.gossamer.protocols.run.CodecPlan.Values;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * How many times shorter than dense fp32 real messages are, headers and scales apart: four bytes a
 * value over an index of 32 bits, or a bit of the map, and the value's bits.
 */
class ByteTableTest {
    private static final int SIZE = 1 << 16;
    private static final float[] UPDATE = Plans.gaussian(SIZE, 3);

    private static double compression(Values values, double density, Index index) {
        EncodedUpdate encoded = Plans.encode(Plans.topK(values, density, index), UPDATE);
        return 4.0 * SIZE / (encoded.indexBytes() + encoded.valueBytes());
    }

    @ParameterizedTest
    @CsvSource({
        "1, 0.50, 0.97, 1.88, 3.56, 6.40",
        "0.25, 2.00, 3.56, 6.40, 10.67, 16.00",
        "0.1, 5.00, 7.62, 12.31, 17.78, 22.86",
        "0.0625, 8.00, 10.67, 16.00, 21.33, 25.60",
        "0.015625, 32.00, 21.33, 25.60, 28.44, 30.12",
        "0.01, 50.00, 24.24, 27.59, 29.63, 30.77"
    })
    void encode_forcedCoding_costsWhatTheTableSays(
            double density, double coo, double fp32, double bf16, double int8, double int4) {
        assertEquals(coo, compression(Values.FP32, density, Index.COO), 0.01 * coo);
        assertEquals(fp32, compression(Values.FP32, density, Index.BITMAP), 0.01 * fp32);
        assertEquals(bf16, compression(Values.BF16, density, Index.BITMAP), 0.01 * bf16);
        assertEquals(int8, compression(Values.INT8, density, Index.BITMAP), 0.01 * int8);
        assertEquals(int4, compression(Values.INT4, density, Index.BITMAP), 0.01 * int4);
    }

    /** The least bits of a mask are its entropy; indices at random have no shorter code. */
    @ParameterizedTest
    @CsvSource({"0.25", "0.1", "0.0625", "0.015625", "0.01", "0.001"})
    void encode_rice_isNearTheEntropyOfTheMask(double density) {
        EncodedUpdate encoded = Plans.encode(Plans.topK(Values.FP32, density, Index.RICE), UPDATE);
        double entropy =
                -SIZE
                        / Math.log(2)
                        * (density * Math.log(density) + (1 - density) * Math.log1p(-density));

        assertEquals(1, 8 * encoded.indexBytes() / entropy, 0.05);
    }
}
