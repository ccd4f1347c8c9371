package dev.gossamer.client.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.client.model.Matrix;
import dev.gossamer.client.train.Engine.Storage;
import dev.gossamer.client.weights.BlockMatrix;
import dev.gossamer.client.weights.BlockMatrix.RowOrder;
import dev.gossamer.client.weights.BlockType;
import dev.gossamer.client.weights.FloatMatrix;
import dev.gossamer.client.weights.Int8Matrix;
import dev.gossamer.client.weights.TransposedMatrix;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Random;

class RowFormatTest {
    private static final int ROWS = 7;

    /** A half-precision float near a hundredth. */
    private static final short SCALE = 0x2123;

    private static Matrix random(int columns) {
        Random random = new Random(1);
        float[] values = new float[ROWS * columns];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return FloatMatrix.of(values, ROWS, columns);
    }

    /** Random bytes, but scales that are finite. */
    private static BlockMatrix blocks(BlockType type, int columns, Arena arena) {
        Random random = new Random(2);
        byte[] bytes = new byte[Math.toIntExact(ROWS * type.rowBytes(columns))];
        random.nextBytes(bytes);
        MemorySegment memory = arena.allocate(bytes.length + 1L, 8).asSlice(1);
        MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, 0, bytes.length);
        for (long at = 0; at < bytes.length; at += type.blockBytes()) {
            for (long scale : scales(type)) {
                memory.set(ValueLayout.JAVA_SHORT_UNALIGNED, at + scale, SCALE);
            }
        }
        RowOrder reversed = row -> ROWS - 1 - row;
        return new BlockMatrix(type, memory, ROWS, columns, reversed);
    }

    private static long[] scales(BlockType type) {
        return switch (type) {
            case F32 -> new long[] {2};
            case F16, BF16, Q8_0, Q4_0, Q5_0 -> new long[] {0};
            case Q4_1, Q5_1, Q4_K, Q5_K -> new long[] {0, 2};
            case Q6_K -> new long[] {208};
        };
    }

    private static float[] decoded(FrozenRows rows) {
        return StoredModels.decoded(rows).toArray();
    }

    /** Products of each row of {@code weights} with {@code x}, in double precision. */
    private static double[] products(float[] weights, float[] x) {
        double[] products = new double[ROWS];
        for (int row = 0; row < ROWS; row++) {
            for (int i = 0; i < x.length; i++) {
                products[row] += (double) weights[row * x.length + i] * x[i];
            }
        }
        return products;
    }

    private static float[] multiplied(FrozenRows rows, float[] x, int from, int count) {
        Tensor input = Tensor.of(x);
        Tensor output = Tensor.zeros(ROWS);
        rows.multiply(from, count, input.at(0), output.at(from));
        float[] products = new float[ROWS];
        output.get(0, products);
        return products;
    }

    private static void checkProducts(FrozenRows rows) {
        float[] x = new float[rows.columns()];
        Random random = new Random(3);
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) random.nextGaussian();
        }
        float[] weights = decoded(rows);
        double[] expected = products(weights, x);
        float[] all = multiplied(rows, x, 0, ROWS);
        double largest = 0;
        for (double value : expected) {
            largest = Math.max(largest, Math.abs(value));
        }
        for (int row = 0; row < ROWS; row++) {
            assertEquals(expected[row], all[row], 1e-5 * largest);
            // Beside others or alone, in any part.
            assertEquals(all[row], multiplied(rows, x, row, 1)[row]);
        }
    }

    @ParameterizedTest
    @EnumSource(BlockType.class)
    void blocks_decodedByVectors_areThoseOfTheFile(BlockType type) {
        try (Arena arena = Arena.ofConfined()) {
            BlockMatrix matrix = blocks(type, 512, arena);

            FrozenRows rows = new Storing(Storage.BLOCKS, true).rows("matrix", matrix);

            assertArrayEquals(matrix.toArray(), decoded(rows));
            assertEquals(matrix.bytes(), rows.bytes());
            checkProducts(rows);
        }
    }

    @ParameterizedTest
    @EnumSource(BlockType.class)
    void product_ofBlocksInAnotherOrder_isThatOfTheirValues(BlockType type) {
        int columns = 256;
        try (Arena arena = Arena.ofConfined();
                Workers workers = new Workers(1)) {
            BlockMatrix matrix = blocks(type, columns, arena);
            FrozenRows rows = new Storing(Storage.BLOCKS, true).rows("matrix", matrix);
            Tensor x = Tensor.zeros(9L * columns);
            x.put(0, random(columns).toArray());
            Tensor y = Tensor.zeros(9L * ROWS);

            workers.map(List.of(rows), r -> forward(r, workers, x, y));

            float[] first = new float[columns];
            x.get(0, first);
            double[] expected = products(matrix.toArray(), first);
            for (int row = 0; row < ROWS; row++) {
                assertEquals(expected[row], y.get(row), 1e-5 * (1 + Math.abs(expected[row])));
            }
        }
    }

    private static FrozenRows forward(FrozenRows rows, Workers workers, Tensor x, Tensor y) {
        new CompactProduct(List.of(rows), workers)
                .forward(9, 0, x.at(0), rows.columns(), 0, y.at(0), ROWS);
        return rows;
    }

    @ParameterizedTest
    @EnumSource(
            value = Storage.class,
            names = {"FP32", "BF16", "INT8"})
    void rows_byVectorsOfAnyWidth_equalTheScalarOnes(Storage storage) {
        for (int columns : new int[] {1, 15, 16, 33, 384}) {
            Matrix matrix = random(columns);
            FrozenRows vectors = new Storing(storage, true).rows("matrix", matrix);
            FrozenRows scalars = new Storing(storage, false).rows("matrix", matrix);

            assertArrayEquals(decoded(scalars), decoded(vectors));
            checkProducts(vectors);
            checkProducts(scalars);
        }
    }

    @Test
    void integers_ofAnyRow_areWithinHalfAStep() {
        Matrix matrix = random(100);

        float[] kept = decoded(new Storing(Storage.INT8, true).rows("matrix", matrix));

        float[] values = matrix.toArray();
        for (int row = 0; row < ROWS; row++) {
            float largest = 0;
            float furthest = 0;
            for (int i = 0; i < 100; i++) {
                int at = row * 100 + i;
                largest = Math.max(largest, Math.abs(values[at]));
                furthest = Math.max(furthest, Math.abs(values[at] - kept[at]));
            }
            assertTrue(furthest <= largest / 127 / 2 * 1.001, "row=" + row);
            assertTrue(furthest > 0);
        }
    }

    @Test
    void integers_ofZeros_areZeros() {
        Matrix zeros = FloatMatrix.of(new float[ROWS * 20], ROWS, 20);

        assertArrayEquals(
                zeros.toArray(), decoded(new Storing(Storage.INT8, true).rows("zeros", zeros)));
    }

    private static Int8Matrix integers(int rows, int columns, boolean signed, boolean uniform) {
        byte[] bytes = new byte[rows * columns];
        new Random(4).nextBytes(bytes);
        float[] scales = new float[columns];
        int[] zeroPoints = new int[columns];
        for (int c = 0; c < columns; c++) {
            scales[c] = uniform ? 0.01f : 0.01f + 0.001f * c;
            zeroPoints[c] = uniform ? 3 : c;
        }
        return new Int8Matrix(
                MemorySegment.ofArray(bytes), rows, columns, signed, scales, zeroPoints);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void integers_thatAFileHasByColumn_areKeptAsTheyAre(boolean signed) {
        Matrix matrix = new TransposedMatrix(integers(40, ROWS, signed, false));

        FrozenRows rows = new Storing(Storage.INT8, true).rows("matrix", matrix);

        assertArrayEquals(matrix.toArray(), decoded(rows));
        checkProducts(rows);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void integers_thatAFileHasOfOneScale_areKeptAsTheyAre(boolean signed) {
        Matrix matrix = integers(ROWS, 40, signed, true);

        FrozenRows rows = new Storing(Storage.INT8, true).rows("matrix", matrix);

        assertArrayEquals(matrix.toArray(), decoded(rows));
        checkProducts(rows);
    }

    @Test
    void blocks_ofABaseWithoutAny_areRefusedByName() {
        IllegalArgumentException e =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> new Storing(Storage.BLOCKS, true).rows("layers.0.q", random(32)));

        assertTrue(e.getMessage().contains("matrix=layers.0.q"), e.getMessage());
        assertTrue(e.getMessage().contains("GGUF"), e.getMessage());
    }

    @Test
    void rounding_toBfloat16_isToTheNearestAndToEven() {
        float[] values = {1f, 0x1.01p0f, 0x1.03p0f, -1.005f, 0f, Float.NEGATIVE_INFINITY};
        float[] expected = {1f, 1f, 0x1.04p0f, -0x1.02p0f, 0f, Float.NEGATIVE_INFINITY};

        for (int i = 0; i < values.length; i++) {
            int bits = Rounding.toBfloat16(values[i]) << Short.SIZE;
            assertEquals(expected[i], Float.intBitsToFloat(bits));
        }
        assertTrue(Float.isNaN(Float.intBitsToFloat(Rounding.toBfloat16(Float.NaN) << 16)));
    }
}
