package dev.gossamer.protocols.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.github.luben.zstd.Zstd;

import dev.gossamer.protocols.run.CodecPlan;
import dev.gossamer.protocols.run.CodecPlan.Entropy;
import dev.gossamer.protocols.run.CodecPlan.Index;
import dev.gossamer.protocols.run.CodecPlan.Sparsify;
import dev.gossamer.protocols.run.CodecPlan.Values;
import dev.gossamer.protocols.wire.RejectReason;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.HexFormat;

/** Each way to be wrong, written by hand: what is claimed of 8 values, and what follows. */
class UpdateCodecRefusalTest {
    private static final int HALF = 4;

    private static String le(int value) {
        return HexFormat.of().toHexDigits(Integer.reverseBytes(value));
    }

    private static CodecException refused(CodecPlan plan, String hex) {
        UpdateCodec codec = new UpdateCodec(plan, Plans.flat(8));
        byte[] message = HexFormat.of().parseHex(hex.replace(" ", ""));
        return assertThrows(CodecException.class, () -> codec.decode(message));
    }

    /** A message of four fp32 values, 1 each. */
    private static String fp32(String coding, String section) {
        String index = section.replace(" ", "");
        return "01 00"
                + coding
                + "00"
                + le(8)
                + le(HALF)
                + le(0)
                + le(index.length() / 2)
                + le(4 * HALF)
                + index
                + "0000803f".repeat(HALF);
    }

    @ParameterizedTest
    @CsvSource({
        "BITMAP, 01, 0e, BAD_INDEX, 'bits of the map differ: set=3, expected=4'",
        "BITMAP, 01, 0f00, BAD_LENGTH, 'section has a wrong length: section=indices, bytes=2,"
                + " expected=1'",
        "VARINT, 02, 00000005, BAD_INDEX, 'bad gap: gap=5, after=3, size=8'",
        "VARINT, 02, 80000000 00, BAD_INDEX, 'bad gap: gap=0, after=0, size=8'",
        "VARINT, 02, ffffffff 7f, BAD_INDEX, 'bad gap: gap=268435455, after=0, size=8'",
        "VARINT, 02, 0000, TRUNCATED, 'indices end early: read=2'",
        "VARINT, 02, 0000000000, TRAILING, 'bytes after the last index: bytes=1'",
        "RICE, 03, 1c 00, BAD_INDEX, 'bad Rice parameter: parameter=28'",
        "RICE, 03, ff 00, BAD_INDEX, 'bad Rice parameter: parameter=-1'",
        "RICE, 03, '', TRUNCATED, 'indices end early: read=0'",
        "RICE, 03, 00 07, TRUNCATED, 'indices end early: read=3'",
        "RICE, 03, 00 4f, BAD_INDEX, 'filling is not zero'",
        "RICE, 03, 00 0f00, TRAILING, 'bytes after the last index: bits=12'",
        "RICE, 03, 01 fefeff, BAD_INDEX, 'out of range: index=8'",
        "COO, 04, 01000000 01000000 02000000 03000000, BAD_INDEX, 'out of order or range: index=1,"
                + " after=1, size=8'",
        "COO, 04, 01000000 00000000 02000000 03000000, BAD_INDEX, 'out of order or range: index=0,"
                + " after=1, size=8'",
        "COO, 04, 01000000 02000000 03000000 08000000, BAD_INDEX, 'out of order or range: index=8,"
                + " after=3, size=8'",
        "COO, 04, ffffffff 02000000 03000000 04000000, BAD_INDEX, 'out of order or range:"
                + " index=-1, after=-1, size=8'"
    })
    void decode_badIndices_areRefused(
            Index index, String coding, String section, CodecFault fault, String message) {
        CodecException refused =
                refused(Plans.topK(Values.FP32, 0.5, index), fp32(coding, section));

        assertEquals(message, refused.getMessage());
        assertEquals(fault, refused.fault());
        assertEquals(RejectReason.MALFORMED, refused.fault().reason());
    }

    @ParameterizedTest
    @CsvSource({
        "02000100, 08000000, 04000000, 0000, BAD_HEADER, MALFORMED",
        "01040100, 08000000, 04000000, 0000, BAD_HEADER, MALFORMED",
        "01000600, 08000000, 04000000, 0000, BAD_HEADER, MALFORMED",
        "01000104, 08000000, 04000000, 0000, BAD_HEADER, MALFORMED",
        "01000100, 09000000, 04000000, 0000, WRONG_SIZE, WRONG_LAYOUT",
        "01000100, ffffffff, 04000000, 0000, WRONG_SIZE, WRONG_LAYOUT",
        "01010100, 08000000, 04000000, 0000, WRONG_CODING, UNEXPECTED",
        "01000000, 08000000, 08000000, 0000, WRONG_CODING, UNEXPECTED",
        "01000500, 08000000, 04000000, 0000, WRONG_CODING, UNEXPECTED",
        "01000400, 08000000, 04000000, 0000, WRONG_CODING, UNEXPECTED",
        "01000101, 08000000, 04000000, 0000, WRONG_CODING, UNEXPECTED",
        "01000102, 08000000, 04000000, 0000, WRONG_CODING, UNEXPECTED",
        "01000100, 08000000, 04000000, 2000, WRONG_CODING, UNEXPECTED",
        "01000100, 08000000, 05000000, 0000, BAD_COUNT, TOO_LARGE",
        "01000100, 08000000, 00000000, 0000, BAD_COUNT, TOO_LARGE",
        "01000100, 08000000, ffffffff, 0000, BAD_COUNT, TOO_LARGE",
        "01000100, 08000000, 00000080, 0000, BAD_COUNT, TOO_LARGE"
    })
    void decode_badHeader_isRefused(
            String words,
            String size,
            String kept,
            String block,
            CodecFault fault,
            RejectReason reason) {
        String message =
                words + size + kept + block + "0000" + le(1) + le(16) + "0f" + "00".repeat(16);

        CodecException refused = refused(Plans.topK(Values.FP32, 0.5, Index.BITMAP), message);

        assertEquals(fault, refused.fault());
        assertEquals(reason, refused.fault().reason());
    }

    @ParameterizedTest
    @CsvSource({
        "ffffffff, 10000000",
        "01000000, ffffffff",
        "ffffffff, ffffffff",
        "00000080, 00000080",
        "01000000, 00000080",
        "02000000, 10000000"
    })
    void decode_claimedSizesBeyondTheMessage_areRefused(String index, String values) {
        String message =
                "01000100" + le(8) + le(4) + le(0) + index + values + "0f" + "00".repeat(16);

        CodecException refused = refused(Plans.topK(Values.FP32, 0.5, Index.BITMAP), message);

        assertEquals(CodecFault.TRUNCATED, refused.fault());
    }

    @ParameterizedTest
    @CsvSource({
        "INT8, 000080bf, BAD_SCALE", // -1
        "INT8, 00000080, BAD_SCALE", // -0
        "INT8, 0000c07f, BAD_SCALE", // NaN
        "INT8, 0000807f, BAD_SCALE", // infinity
        "INT8, ffff7f7f, BAD_SCALE", // so large that a multiple of it is infinite
        "INT8, 00000000, BAD_SCALE" // zero with codes
    })
    void decode_badScale_isRefused(Values values, String scale, CodecFault fault) {
        String message =
                "01020000"
                        + le(8)
                        + le(8)
                        + le(Plans.BLOCK)
                        + le(0)
                        + le(8)
                        + scale
                        + "0100000000000000";

        CodecException refused = refused(Plans.topK(values, 1, Index.AUTO), message);

        assertEquals(fault, refused.fault());
    }

    @Test
    void decode_codeThatNoValueHas_isRefused() {
        String head = le(8) + le(8) + le(Plans.BLOCK) + le(0);
        CodecPlan int8 = Plans.topK(Values.INT8, 1, Index.AUTO);
        CodecPlan int4 = Plans.topK(Values.INT4, 1, Index.AUTO);

        String smallest = "01020000" + head + le(8) + "0000803f" + "8000000000000000";
        assertEquals(CodecFault.BAD_CODE, refused(int8, smallest).fault());
        String nibble = "01030000" + head + le(4) + "0000803f" + "80000000";
        assertEquals(CodecFault.BAD_CODE, refused(int4, nibble).fault());
    }

    @Test
    void decode_int4FillingThatIsNotZero_isRefused() {
        String message =
                "01030100"
                        + le(8)
                        + le(1)
                        + le(Plans.BLOCK)
                        + le(1)
                        + le(1)
                        + "01"
                        + "0000803f"
                        + "17";

        CodecException refused = refused(Plans.topK(Values.INT4, 0.2, Index.BITMAP), message);

        assertEquals("filling is not zero", refused.getMessage());
    }

    @ParameterizedTest
    @CsvSource({"0000c07f", "0000807f", "000080ff"})
    void decode_notFinite_isRefused(String value) {
        String message = fp32("01", "0f").replaceFirst("0000803f$", value);

        CodecException refused = refused(Plans.topK(Values.FP32, 0.5, Index.BITMAP), message);

        assertEquals(CodecFault.NOT_FINITE, refused.fault());
        assertEquals(RejectReason.NOT_FINITE, refused.fault().reason());
    }

    @ParameterizedTest
    @CsvSource({
        "'', packed section without its plain length",
        "ffffffff00, 'bad plain length: bytes=4294967295, bound=16'",
        "1100000000, 'bad plain length: bytes=17, bound=16'",
        "0e00000000, 'bad plain length: bytes=14, bound=16'"
    })
    void decode_badPacking_isRefused(String section, String message) {
        CodecPlan plan = Plans.of(Values.FP32, Sparsify.TOP_K, 0.5, Index.BITMAP, Entropy.ZSTD);
        String bytes =
                "01000102"
                        + le(8)
                        + le(4)
                        + le(0)
                        + le(1)
                        + le(section.length() / 2)
                        + "0f"
                        + section;

        CodecException refused = refused(plan, bytes);

        assertEquals(message, refused.getMessage());
        assertEquals(CodecFault.BAD_PACKING, refused.fault());
    }

    @Test
    void decode_packedIntoMoreThanItClaims_isRefused() {
        CodecPlan plan = Plans.of(Values.FP32, Sparsify.TOP_K, 0.5, Index.BITMAP, Entropy.ZSTD);
        byte[] bomb = Zstd.compress(new byte[1 << 20]);
        String bytes =
                "01000102"
                        + le(8)
                        + le(4)
                        + le(0)
                        + le(1)
                        + le(4 + bomb.length)
                        + "0f"
                        + le(16)
                        + HexFormat.of().formatHex(bomb);

        assertEquals(CodecFault.BAD_PACKING, refused(plan, bytes).fault());
    }
}
