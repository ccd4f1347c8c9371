package dev.gossamer.client.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.client.weights.BlockMatrix.RowOrder;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.SplittableRandom;

class GgufFileTest {
    private static GgufBytes small() {
        return new GgufBytes()
                .text("general.architecture", "llama")
                .uint32("llama.block_count", 1)
                .float32("llama.rope.freq_base", 10000)
                .flag("tokenizer.ggml.add_bos_token", true)
                .texts("tokenizer.ggml.tokens", List.of("a", "ö"))
                .int32s("tokenizer.ggml.token_type", 1, 3)
                .raw("nested", nestedArray())
                .tensor("norm", new float[] {1, 2, 3}, 3)
                .tensor("matrix", new float[] {1, 2, 3, 4, 5, 6}, 3, 2);
    }

    /** Two arrays of bytes: [7, 8] and []. */
    private static byte[] nestedArray() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(GgufBytes.ints(9, 9));
        out.writeBytes(GgufBytes.longs(2));
        out.writeBytes(GgufBytes.ints(0));
        out.writeBytes(GgufBytes.longs(2));
        out.write(7);
        out.write(8);
        out.writeBytes(GgufBytes.ints(0));
        out.writeBytes(GgufBytes.longs(0));
        return out.toByteArray();
    }

    private static String refusal(GgufBytes file) {
        return assertThrows(WeightsFormatException.class, file::file).getMessage();
    }

    @Test
    void metadata_everyKind_isRead() {
        GgufMetadata metadata = small().file().metadata();

        assertEquals("llama", metadata.requiredText("general.architecture"));
        assertEquals(OptionalInt.of(1), metadata.whole("llama.block_count", 1));
        assertEquals(10000, metadata.real("llama.rope.freq_base").getAsDouble());
        assertTrue(metadata.flag("tokenizer.ggml.add_bos_token").orElseThrow());
        assertEquals(List.of("a", "ö"), metadata.texts("tokenizer.ggml.tokens"));
        assertEquals(List.of(1, 3), metadata.wholes("tokenizer.ggml.token_type"));
        assertEquals(
                new GgufValue.Array(
                        List.of(
                                new GgufValue.Array(
                                        List.of(new GgufValue.Whole(7), new GgufValue.Whole(8))),
                                new GgufValue.Array(List.of()))),
                metadata.value("nested").orElseThrow());
    }

    @Test
    void metadata_numbersOfEachWidth_areRead() {
        GgufMetadata metadata =
                new GgufBytes()
                        .raw("u8", 0, 0, 0, 0, 255)
                        .raw("i8", 1, 0, 0, 0, 255)
                        .raw("u16", 2, 0, 0, 0, 254, 255)
                        .raw("i16", 3, 0, 0, 0, 254, 255)
                        .raw("i32", 5, 0, 0, 0, 253, 255, 255, 255)
                        .raw("u64", 10, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255)
                        .raw("i64", 11, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255)
                        .raw("f64", 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 248, 63)
                        .file()
                        .metadata();

        assertEquals(new GgufValue.Whole(255), metadata.value("u8").orElseThrow());
        assertEquals(new GgufValue.Whole(-1), metadata.value("i8").orElseThrow());
        assertEquals(new GgufValue.Whole(65534), metadata.value("u16").orElseThrow());
        assertEquals(new GgufValue.Whole(-2), metadata.value("i16").orElseThrow());
        assertEquals(new GgufValue.Whole(-3), metadata.value("i32").orElseThrow());
        assertEquals(new GgufValue.Whole(Long.MAX_VALUE), metadata.value("u64").orElseThrow());
        assertEquals(new GgufValue.Whole(-1), metadata.value("i64").orElseThrow());
        assertEquals(new GgufValue.Real(1.5), metadata.value("f64").orElseThrow());
    }

    @Test
    void metadata_otherKindThanWanted_refused() {
        GgufMetadata metadata = small().file().metadata();

        assertEquals(
                "cannot use GGUF file made.gguf: wrong kind: key=llama.block_count, found=Whole,"
                        + " wanted=text",
                assertThrows(WeightsFormatException.class, () -> metadata.text("llama.block_count"))
                        .getMessage());
        assertEquals(
                "cannot use GGUF file made.gguf: key is missing: key=llama.context_length",
                assertThrows(
                                WeightsFormatException.class,
                                () -> metadata.requiredWhole("llama.context_length", 1))
                        .getMessage());
        assertEquals(
                "cannot use GGUF file made.gguf: out of bounds: llama.block_count=1, bounds=2 to"
                        + " 2147483647",
                assertThrows(
                                WeightsFormatException.class,
                                () -> metadata.whole("llama.block_count", 2))
                        .getMessage());
    }

    @Test
    void tensors_ofEachShape_areRead() {
        GgufFile file = small().file();
        float[] row = new float[3];

        file.matrix("matrix", 2, 3, RowOrder.AS_STORED).readRow(1, row, 0);

        assertArrayEquals(new float[] {4, 5, 6}, row);
        assertArrayEquals(new float[] {1, 2, 3}, file.vector("norm", 3));
        assertEquals(List.of("matrix", "norm"), names(file));
    }

    private static List<String> names(GgufFile file) {
        return file.tensors().stream().map(GgufTensor::name).toList();
    }

    @Test
    void open_fileOnDisk_readsTheSame(@TempDir Path folder) throws IOException {
        Path path = Files.write(folder.resolve("small.gguf"), small().bytes());

        assertArrayEquals(new float[] {1, 2, 3}, GgufFile.open(path).vector("norm", 3));
    }

    @Test
    void open_noFile_saysSo(@TempDir Path folder) {
        Path absent = folder.resolve("absent.gguf");

        String refusal =
                assertThrows(WeightsFormatException.class, () -> GgufFile.open(absent))
                        .getMessage();

        assertTrue(refusal.startsWith("cannot read GGUF file: file=" + absent), refusal);
    }

    @Test
    void matrix_otherShape_refused() {
        GgufFile file = small().file();

        assertEquals(
                "cannot use GGUF file made.gguf: tensor of another shape: tensor=matrix,"
                        + " shape=[2 × 3], expected=[3 × 2]",
                assertThrows(
                                WeightsFormatException.class,
                                () -> file.matrix("matrix", 3, 2, RowOrder.AS_STORED))
                        .getMessage());
        assertEquals(
                "cannot use GGUF file made.gguf: tensor is missing: tensor=other",
                assertThrows(WeightsFormatException.class, () -> file.vector("other", 2))
                        .getMessage());
    }

    @Test
    void open_otherFormatOrVersion_refused() {
        byte[] other = small().bytes();
        other[0] = 'X';

        assertEquals(
                "malformed GGUF file made.gguf: does not begin with GGUF: magic=46554758",
                assertThrows(WeightsFormatException.class, () -> GgufBytes.file(other))
                        .getMessage());
        assertEquals(
                "malformed GGUF file made.gguf: version that is not read: version=1, supported=2"
                        + " to 3 little-endian",
                refusal(small().version(1)));
        assertEquals(
                "malformed GGUF file made.gguf: version that is not read: version=3 big-endian,"
                        + " supported=2 to 3 little-endian",
                refusal(small().version(Integer.reverseBytes(3))));
    }

    @Test
    void open_absurdCounts_refusedBeforeAllocation() {
        assertEquals(
                "malformed GGUF file made.gguf: tensors=4611686018427387906 is too many: bound=15",
                refusal(small().claimTensors(1L << 62)));
        assertEquals(
                "malformed GGUF file made.gguf: list=18446744073709551615 is too many: bound=3",
                refusal(
                        new GgufBytes()
                                .raw(
                                        "list", 9, 0, 0, 0, 4, 0, 0, 0, 255, 255, 255, 255, 255,
                                        255, 255, 255)));
        assertTrue(
                refusal(new GgufBytes().raw("deep", deep(6))).contains("arrays too deep: key=deep"),
                refusal(new GgufBytes().raw("deep", deep(6))));
    }

    private static byte[] deep(int levels) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(GgufBytes.ints(9));
        for (int i = 0; i < levels; i++) {
            out.writeBytes(GgufBytes.ints(9));
            out.writeBytes(GgufBytes.longs(1));
        }
        return out.toByteArray();
    }

    @Test
    void open_absurdShapes_refused() {
        assertEquals(
                "malformed GGUF file made.gguf: tensor is too large: tensor=t, sides=[2147483647,"
                        + " 2147483647, 2147483647]",
                refusal(
                        new GgufBytes()
                                .info(
                                        "t",
                                        0,
                                        0,
                                        Integer.MAX_VALUE,
                                        Integer.MAX_VALUE,
                                        Integer.MAX_VALUE)));
        assertEquals(
                "malformed GGUF file made.gguf: side out of bounds: tensor=t, side=0, bounds=1 to"
                        + " 2147483647",
                refusal(new GgufBytes().info("t", 0, 0, 0)));
        assertEquals(
                "malformed GGUF file made.gguf: number of sides out of bounds: tensor=t, sides=5,"
                        + " bounds=1 to 4",
                refusal(new GgufBytes().info("t", 0, 0, 1, 1, 1, 1, 1)));
        assertEquals(
                "malformed GGUF file made.gguf: tensor=t: row is no whole number of blocks:"
                        + " columns=31, type=Q8_0, values of a block=32",
                refusal(new GgufBytes().info("t", 8, 0, 31)));
    }

    @Test
    void open_otherBlockType_refusedByName() {
        assertEquals(
                "malformed GGUF file made.gguf: block type that is not supported: tensor=t,"
                        + " type=IQ2_XS, supported=[F32, F16, BF16, Q8_0, Q4_0, Q4_1, Q5_0, Q5_1,"
                        + " Q4_K, Q5_K, Q6_K]",
                refusal(new GgufBytes().info("t", 17, 0, 256)));
    }

    @Test
    void open_tensorsOutOfPlace_refused() {
        assertEquals(
                "malformed GGUF file made.gguf: tensor lies outside of the file, which may be cut:"
                        + " tensor=far, offset=4096, bytes=4, bound=56",
                refusal(small().info("far", 0, 4096, 1)));
        assertEquals(
                "malformed GGUF file made.gguf: tensors overlap: tensor=norm, end=492, next"
                        + " tensor=again, offset=480",
                refusal(small().info("again", 0, 0, 1)));
        assertEquals(
                "malformed GGUF file made.gguf: tensor is not aligned: tensor=odd, offset=12,"
                        + " alignment=32",
                refusal(small().info("odd", 0, 12, 1)));
        assertEquals(
                "malformed GGUF file made.gguf: tensor twice: tensor=norm",
                refusal(small().info("norm", 0, 0, 1)));
    }

    @Test
    void open_badMetadata_refused() {
        assertEquals(
                "malformed GGUF file made.gguf: key twice: key=general.architecture",
                refusal(small().text("general.architecture", "gpt2")));
        assertEquals(
                "malformed GGUF file made.gguf: value of unknown type: key=odd, type=13",
                refusal(new GgufBytes().raw("odd", 13, 0, 0, 0, 0)));
        assertEquals(
                "malformed GGUF file made.gguf: not a flag: key=odd, value=2, bounds=0, 1",
                refusal(new GgufBytes().raw("odd", 7, 0, 0, 0, 2)));
        assertTrue(
                refusal(new GgufBytes().raw("odd", 8, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 255))
                        .contains("odd is not UTF-8"));
        assertTrue(
                refusal(small().uint32("general.alignment", 24))
                        .contains("alignment is no power of two"));
    }

    @Test
    void open_cutAnywhere_refused() {
        byte[] whole = small().bytes();

        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThrows(
                    WeightsFormatException.class,
                    () -> GgufBytes.file(cut),
                    () -> "length=" + cut.length);
        }
    }

    @Test
    void open_anyBitFlipped_readsOrRefusesInOneLine() {
        byte[] whole = small().bytes();
        int refused = 0;
        for (int bit = 0; bit < whole.length * Byte.SIZE; bit++) {
            byte[] flipped = whole.clone();
            flipped[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
            refused += refusedInOneLine(flipped) ? 1 : 0;
        }

        assertTrue(refused > 1000, "refused=" + refused);
    }

    @Test
    void open_randomBytesInside_readsOrRefusesInOneLine() {
        byte[] whole = small().bytes();
        SplittableRandom random = new SplittableRandom(7);
        for (int trial = 0; trial < 5000; trial++) {
            byte[] damaged = whole.clone();
            for (int i = 0; i < 8; i++) {
                damaged[random.nextInt(4, damaged.length)] = (byte) random.nextInt(256);
            }
            refusedInOneLine(damaged);
        }
    }

    private static boolean refusedInOneLine(byte[] bytes) {
        try {
            GgufFile file = GgufBytes.file(bytes);
            file.tensors().forEach(tensor -> assertTrue(tensor.bytes() <= bytes.length));
            return false;
        } catch (WeightsFormatException e) {
            assertEquals(1, e.getMessage().lines().count(), e.getMessage());
            return true;
        }
    }
}
