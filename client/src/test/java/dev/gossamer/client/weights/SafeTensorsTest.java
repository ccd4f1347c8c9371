package dev.gossamer.client.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.gossamer.client.model.Matrix;
import dev.gossamer.protocols.random.CounterRandom;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

class SafeTensorsTest {
    @TempDir private Path folder;

    private static SafeTensors read(byte[] file) {
        return SafeTensors.read(MemorySegment.ofArray(file), "test.safetensors");
    }

    private static byte[] shorts(int... bits) {
        ByteBuffer buffer =
                ByteBuffer.allocate(bits.length * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int value : bits) {
            buffer.putShort((short) value);
        }
        return buffer.array();
    }

    private static float[] row(Matrix matrix, int row) {
        float[] values = new float[matrix.columns()];
        matrix.readRow(row, values, 0);
        return values;
    }

    @Test
    void read_fp32Matrix_givesRowsPartsAndRanges() {
        DenseMatrix matrix =
                read(new SafeTensorsBytes().floats("w", 3, 2).toByteArray())
                        .tensor("w")
                        .matrix(3, 2);
        float[] part = new float[3];

        matrix.readPart(2, 1, 1, part, 1);

        assertArrayEquals(new float[] {3, 4}, row(matrix, 1));
        assertArrayEquals(new float[] {0, 6, 0}, part);
        assertArrayEquals(new float[] {5, 6}, row(matrix.rowRange(1, 2), 1));
        assertEquals(24, matrix.bytes());
    }

    @Test
    void read_halfAndBfloat16_areDecoded() {
        SafeTensors file =
                read(
                        new SafeTensorsBytes()
                                .tensor("half", "F16", shorts(0x3C00, 0xC000, 0x0001, 0x7BFF), 2, 2)
                                .tensor("bf", "BF16", shorts(0x3F80, 0xC000, 0x3F81, 0x7F7F), 2, 2)
                                .toByteArray());

        DenseMatrix half = file.tensor("half").matrix(2, 2);
        DenseMatrix bf = file.tensor("bf").matrix(2, 2);

        assertArrayEquals(new float[] {1, -2}, row(half, 0));
        assertArrayEquals(new float[] {0x1p-24f, 65504}, row(half, 1));
        assertArrayEquals(new float[] {1, -2}, row(bf, 0));
        assertArrayEquals(new float[] {1.0078125f, 0x1.fep127f}, row(bf, 1));
        assertArrayEquals(new float[] {1, -2, 1.0078125f, 0x1.fep127f}, file.tensor("bf").floats());
        assertArrayEquals(new float[] {-2, 65504}, row(new TransposedMatrix(half), 1));
        assertArrayEquals(new float[] {1.0078125f, 0x1.fep127f}, row(bf.rowRange(1, 1), 0));
    }

    @Test
    void transposed_rowsInBands_areThoseOneByOne() {
        DenseMatrix stored =
                read(new SafeTensorsBytes().floats("w", 5, 40).toByteArray()).tensor("w").matrix();
        Matrix transposed = new TransposedMatrix(stored);
        float[] rows = new float[2 + 37 * 5];

        transposed.readRows(3, 37, rows, 2);

        assertEquals(40, transposed.rows());
        for (int i = 0; i < 37; i++) {
            float[] expected = row(transposed, 3 + i);
            assertEquals(4 * 40 + 3 + i + 1, expected[4]);
            assertArrayEquals(expected, Arrays.copyOfRange(rows, 2 + i * 5, 2 + i * 5 + 5));
        }
    }

    @Test
    void readPart_outsideOfTheMatrix_refused() {
        DenseMatrix matrix =
                read(new SafeTensorsBytes().floats("w", 3, 2).toByteArray())
                        .tensor("w")
                        .matrix(3, 2);
        float[] into = new float[8];

        assertThrows(IndexOutOfBoundsException.class, () -> matrix.readPart(0, 1, 2, into, 0));
        assertThrows(IndexOutOfBoundsException.class, () -> matrix.readRow(3, into, 0));
        assertThrows(IndexOutOfBoundsException.class, () -> matrix.rowRange(2, 2));
    }

    @Test
    void read_integers_areWidened() {
        byte[] longs = new byte[16];
        Arrays.fill(longs, 8, 16, (byte) 0xFF);
        SafeTensors file =
                read(
                        new SafeTensorsBytes()
                                .tensor("i64", "I64", longs, 2)
                                .tensor("i8", "I8", new byte[] {-3}, 1)
                                .tensor("u8", "U8", new byte[] {-3}, 1)
                                .toByteArray());

        assertArrayEquals(new long[] {0, -1}, file.tensor("i64").integers());
        assertArrayEquals(new long[] {-3}, file.tensor("i8").integers());
        assertArrayEquals(new long[] {253}, file.tensor("u8").integers());
    }

    @Test
    void read_metadata_isKept() {
        SafeTensors file =
                read(
                        new SafeTensorsBytes()
                                .entry("\"__metadata__\":{\"format\":\"pt\"}")
                                .floats("w", 1)
                                .toByteArray());

        assertEquals(Map.of("format", "pt"), file.metadata());
        assertEquals(List.of("w"), List.copyOf(file.tensors().keySet()));
    }

    @Test
    void matrix_otherShape_isNamed() {
        StoredTensor tensor =
                read(new SafeTensorsBytes().floats("w", 3, 2).toByteArray()).tensor("w");

        WeightsFormatException refused =
                assertThrows(WeightsFormatException.class, () -> tensor.matrix(2, 3));

        assertEquals(
                "wrong shape: file=test.safetensors, tensor=w, shape=[3, 2], expected=[2, 3]",
                refused.getMessage());
    }

    @Test
    void tensor_missing_isNamed() {
        SafeTensors file = read(new SafeTensorsBytes().floats("w", 1).toByteArray());

        WeightsFormatException refused =
                assertThrows(WeightsFormatException.class, () -> file.tensor("v"));

        assertEquals(
                "malformed safetensors file test.safetensors: tensor missing: tensor=v",
                refused.getMessage());
    }

    @Test
    void floats_ofIntegers_refused() {
        StoredTensor tensor =
                read(new SafeTensorsBytes().tensor("i", "I8", new byte[2], 1, 2).toByteArray())
                        .tensor("i");

        assertThrows(WeightsFormatException.class, () -> tensor.matrix(1, 2));
        assertThrows(WeightsFormatException.class, tensor::floats);
    }

    static Stream<Arguments> damagedHeaders() {
        String begin = "{\"w\":{\"dtype\":\"F32\",\"shape\":";
        return Stream.of(
                arguments("[]", "no JSON object: file=test.safetensors, found=ARRAY"),
                arguments("", "no JSON object: file=test.safetensors, found=MISSING"),
                arguments("{\"w\":", "broken JSON: file=test.safetensors, line=1, column=6"),
                arguments("{} {}", "broken JSON: file=test.safetensors, line=1, column="),
                arguments("{\"w\":1}", "bad data_offsets: tensor=w, found=none"),
                arguments(
                        begin + "[2],\"data_offsets\":[0,8]},\"w\":{}}",
                        "broken JSON: file=test.safetensors, line=1, column="),
                arguments(
                        begin + "[3],\"data_offsets\":[0,12]}}",
                        "tensor lies outside of the file, which may be cut: tensor=w, begin=0,"
                                + " end=12, bound=8"),
                arguments(
                        begin + "[2],\"data_offsets\":[8,0]}}",
                        "tensor lies outside of the file, which may be cut: tensor=w, begin=8,"
                                + " end=0, bound=8"),
                arguments(
                        begin + "[2],\"data_offsets\":[-8,0]}}",
                        "tensor lies outside of the file, which may be cut: tensor=w, begin=-8"),
                arguments(
                        begin + "[2],\"data_offsets\":[0,9223372036854775808]}}",
                        "bad data_offsets: tensor=w, found=[0,9223372036854775808]"),
                arguments(
                        begin + "[2],\"data_offsets\":[0,8.5]}}",
                        "bad data_offsets: tensor=w, found=[0,8.5]"),
                arguments(
                        begin + "[1],\"data_offsets\":[0,8]}}",
                        "tensor does not fit its shape: tensor=w, dtype=F32, shape=[1], bytes=8"),
                arguments(
                        begin + "[4611686018427387904,4],\"data_offsets\":[0,8]}}",
                        "tensor does not fit its shape: tensor=w, dtype=F32,"
                                + " shape=[4611686018427387904, 4], bytes=8"),
                arguments(
                        begin + "[0,4611686018427387904],\"data_offsets\":[0,8]}}",
                        "tensor does not fit its shape: tensor=w"),
                arguments(
                        begin + "[-2],\"data_offsets\":[0,8]}}",
                        "bad shape: tensor=w, shape=[-2], most dimensions=8"),
                arguments(
                        begin + "[1,1,1,1,1,1,1,1,2],\"data_offsets\":[0,8]}}",
                        "bad shape: tensor=w, shape=[1,1,1,1,1,1,1,1,2], most dimensions=8"),
                arguments(
                        begin + "\"2\",\"data_offsets\":[0,8]}}",
                        "bad shape: tensor=w, shape=\"2\", most dimensions=8"),
                arguments(
                        "{\"w\":{\"dtype\":\"F8_E4M3\",\"shape\":[8],\"data_offsets\":[0,8]}}",
                        "unknown dtype: tensor=w, dtype=\"F8_E4M3\", known=[F64, F32, F16, BF16,"
                                + " I64, I32, I8, U8, BOOL]"),
                arguments(
                        "{\"w\":{\"shape\":[8],\"data_offsets\":[0,8]}}",
                        "unknown dtype: tensor=w, dtype=none"),
                arguments(
                        begin
                                + "[2],\"data_offsets\":[0,8]},\"v\":{\"dtype\":\"F32\",\"shape\":"
                                + "[1],\"data_offsets\":[4,8]}}",
                        "tensors overlap: tensor=v, begin=4, end of the one before=8"),
                arguments(
                        begin + "[1],\"data_offsets\":[4,8]}}",
                        "gap before: tensor=w, begin=4, end of the one before=0"),
                arguments(
                        begin + "[1],\"data_offsets\":[0,4]}}",
                        "bytes after the last tensor: end=4, data bytes=8"));
    }

    @ParameterizedTest
    @MethodSource("damagedHeaders")
    void read_damagedHeader_saysWhatIsWrong(String header, String what) {
        byte[] file = SafeTensorsBytes.file(header, new byte[8]);

        WeightsFormatException refused =
                assertThrows(WeightsFormatException.class, () -> read(file));

        assertTrue(refused.getMessage().contains(what), refused.getMessage());
        assertTrue(refused.getMessage().contains("test.safetensors"), refused.getMessage());
        assertEquals(1, refused.getMessage().lines().count());
    }

    /** A length that a careless reader would allocate. */
    @Test
    void read_headerLongerThanTheFile_refused() {
        for (long length : new long[] {3, 1L << 31, 1L << 40, Long.MAX_VALUE, -1}) {
            byte[] file =
                    ByteBuffer.allocate(10)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .putLong(length)
                            .put((byte) '{')
                            .put((byte) '}')
                            .array();

            WeightsFormatException refused =
                    assertThrows(WeightsFormatException.class, () -> read(file));

            assertEquals(
                    "malformed safetensors file test.safetensors: header is longer than the file"
                            + " or the format allows: header bytes="
                            + Long.toUnsignedString(length)
                            + ", bound=2",
                    refused.getMessage());
        }
    }

    private static byte[] twoTensors() {
        return new SafeTensorsBytes()
                .entry("\"__metadata__\":{\"format\":\"pt\"}")
                .floats("a.weight", 3, 2)
                .tensor("b.weight", "BF16", shorts(1, 2, 3, 4), 2, 2)
                .toByteArray();
    }

    @Test
    void read_cutAtEveryLength_alwaysRefused() {
        byte[] file = twoTensors();

        for (int length = 0; length < file.length; length++) {
            byte[] cut = Arrays.copyOf(file, length);
            assertThrows(WeightsFormatException.class, () -> read(cut), "length=" + length);
        }
    }

    /** Each bit of the length and the header in turn; values cannot be wrong. */
    @Test
    void read_anyBitOfTheHeaderFlipped_throwsNothingButTheTypedException() {
        byte[] file = twoTensors();
        int headerEnd = file.length - 24 - 8;
        int refused = 0;

        for (int bit = 0; bit < headerEnd * 8; bit++) {
            byte[] damaged = file.clone();
            damaged[bit / 8] ^= (byte) (1 << (bit % 8));
            try {
                read(damaged).tensors().values().forEach(StoredTensor::floats);
            } catch (WeightsFormatException expected) {
                refused++;
            }
        }

        assertTrue(refused > headerEnd * 4, "refused=" + refused + ", bits=" + headerEnd * 8);
    }

    @Test
    void read_noise_throwsNothingButTheTypedException() {
        String letters = "{}[]\":,0918wdtypeF32\\ -";
        CounterRandom random = CounterRandom.of(13, "noise", 0, "");

        for (int i = 0; i < 2_000; i++) {
            byte[] header = new byte[random.nextInt(60)];
            for (int j = 0; j < header.length; j++) {
                header[j] = (byte) letters.charAt(random.nextInt(letters.length()));
            }
            byte[] file = ByteBuffer.allocate(8 + header.length).put(8, header).array();
            file[0] = (byte) header.length;
            if (!Arrays.equals(header, new byte[] {'{', '}'})) {
                assertThrows(WeightsFormatException.class, () -> read(file));
            }
        }
    }

    @Test
    void read_fileOnDisk_isMapped() throws IOException {
        Path file = Files.write(folder.resolve("a.safetensors"), twoTensors());

        SafeTensors read = SafeTensors.read(file);

        assertTrue(read.tensor("a.weight").values().isMapped());
        assertArrayEquals(new float[] {1, 2, 3, 4, 5, 6}, read.tensor("a.weight").floats());
    }

    @Test
    void read_missingFile_refused() {
        WeightsFormatException refused =
                assertThrows(
                        WeightsFormatException.class,
                        () -> SafeTensors.read(folder.resolve("none.safetensors")));

        assertTrue(refused.getMessage().startsWith("cannot read: file="), refused.getMessage());
    }
}
