package dev.gossamer.client.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gossamer.client.text.GoldenFolder;
import dev.gossamer.client.text.GoldenTensors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

class BlockTypeTest {
    private static final int ROWS = 4;
    private static final int COLUMNS = 512;

    private static GoldenTensors golden() throws IOException {
        return GoldenTensors.read(GoldenFolder.of("quantised").resolve("blocks.safetensors"));
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "F32")
    void decode_goldenBlocks_givesEachBitOfTheReference(BlockType type) throws IOException {
        byte[] raw = golden().raw(type + ".raw");
        float[] expected = golden().floats(type + ".values");
        BlockMatrix matrix =
                new BlockMatrix(
                        type,
                        MemorySegment.ofArray(raw),
                        ROWS,
                        COLUMNS,
                        BlockMatrix.RowOrder.AS_STORED);

        float[] decoded = new float[expected.length];
        for (int row = 0; row < ROWS; row++) {
            matrix.readRow(row, decoded, row * COLUMNS);
        }

        assertArrayEquals(bits(expected), bits(decoded));
    }

    @Test
    void decode_floats_givesThemAsTheyAre() {
        float[] values = {1.5f, -0.0f, Float.MIN_VALUE};
        ByteBuffer bytes = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            bytes.putFloat(value);
        }
        float[] decoded = new float[4];

        BlockType.F32.decode(MemorySegment.ofArray(bytes.array()), 0, 3, decoded, 1);

        assertArrayEquals(bits(new float[] {0, 1.5f, -0.0f, Float.MIN_VALUE}), bits(decoded));
    }

    @Test
    void readRow_ownRowOrder_takesWholeBlocksFromThere() throws IOException {
        MemorySegment raw = MemorySegment.ofArray(golden().raw("Q4_K.raw"));
        float[] expected = golden().floats("Q4_K.values");
        BlockMatrix reversed =
                new BlockMatrix(BlockType.Q4_K, raw, ROWS, COLUMNS, row -> ROWS - 1 - row);
        float[] decoded = new float[COLUMNS];

        reversed.readRow(0, decoded, 0);

        assertEquals((ROWS - 1) * reversed.rowBytes(), reversed.rowStart(0));
        for (int i = 0; i < COLUMNS; i++) {
            assertEquals(expected[(ROWS - 1) * COLUMNS + i], decoded[i]);
        }
    }

    @Test
    void matrix_rowOfPartOfABlock_refused() {
        IllegalArgumentException refused =
                assertThrows(
                        IllegalArgumentException.class,
                        () ->
                                new BlockMatrix(
                                        BlockType.Q4_0,
                                        MemorySegment.ofArray(new byte[18]),
                                        1,
                                        33,
                                        BlockMatrix.RowOrder.AS_STORED));

        assertEquals(
                "row is no whole number of blocks: columns=33, type=Q4_0, values of a block=32",
                refused.getMessage());
    }

    @Test
    void matrix_otherMemory_refused() {
        IllegalArgumentException refused =
                assertThrows(
                        IllegalArgumentException.class,
                        () ->
                                new BlockMatrix(
                                        BlockType.Q4_0,
                                        MemorySegment.ofArray(new byte[19]),
                                        1,
                                        32,
                                        BlockMatrix.RowOrder.AS_STORED));

        assertEquals(
                "memory does not fit the matrix: bytes=19, rows=1, bytes of a row=18",
                refused.getMessage());
    }

    private static int[] bits(float[] values) {
        int[] bits = new int[values.length];
        for (int i = 0; i < values.length; i++) {
            bits[i] = Float.floatToRawIntBits(values[i]);
        }
        return bits;
    }
}
