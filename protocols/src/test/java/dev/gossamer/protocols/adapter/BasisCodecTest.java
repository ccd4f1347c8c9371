package dev.gossamer.protocols.adapter;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.protocols.adapter.Basis.Target;
import dev.gossamer.protocols.basis.RandomBasis;
import dev.gossamer.protocols.method.Setting.Shape;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.HexFormat;
import java.util.List;

/** The form in half the bytes. */
class BasisCodecTest {
    private static Basis random(int out, int in, int rank) {
        return new Basis(List.of(RandomBasis.of(new Shape("up", out, in), rank, 5)));
    }

    private static Target rounded(Basis basis) throws ArtifactFormatException {
        return BasisCodec.decode(BasisCodec.encodeBfloat16(basis)).targets().getFirst();
    }

    /** The product of columns i and j of B, or of rows of A. */
    private static double ofB(Target one, int i, Target other, int j) {
        double sum = 0;
        for (int k = 0; k < one.out(); k++) {
            sum += (double) one.b()[k * one.rank() + i] * other.b()[k * other.rank() + j];
        }
        return sum;
    }

    private static double ofA(Target one, int i, Target other, int j) {
        double sum = 0;
        for (int k = 0; k < one.in(); k++) {
            sum += (double) one.a()[i * one.in() + k] * other.a()[j * other.in() + k];
        }
        return sum;
    }

    @ParameterizedTest
    @CsvSource({"384, 1536, 16", "40, 30, 30", "17, 64, 5", "1, 9, 1"})
    void decode_rounded_isOrthonormalAgain(int out, int in, int rank)
            throws ArtifactFormatException {
        Target decoded = rounded(random(out, in, rank));

        for (int i = 0; i < rank; i++) {
            for (int j = 0; j <= i; j++) {
                assertEquals(i == j ? 1 : 0, ofB(decoded, i, decoded, j), 1e-6);
                assertEquals(i == j ? 1 : 0, ofA(decoded, i, decoded, j), 1e-6);
            }
        }
    }

    /** Each vector stays where it was, its sign with it. */
    @Test
    void decode_rounded_keepsEveryVector() throws ArtifactFormatException {
        Basis basis = random(64, 96, 12);
        Target before = basis.targets().getFirst();

        Target after = rounded(basis);

        for (int i = 0; i < 12; i++) {
            assertEquals(1, ofA(before, i, after, i), Bfloat16.UNIT * Bfloat16.UNIT);
            assertEquals(1, ofB(before, i, after, i), Bfloat16.UNIT * Bfloat16.UNIT);
        }
    }

    /** Nothing is rounded, so nothing changes. */
    @Test
    void decode_valuesThatBfloat16Has_areTheSame() throws ArtifactFormatException {
        float[] a = {0, -1, 0, 1, 0, 0};
        float[] b = {0.5f, 0.5f, 0.5f, -0.5f, -0.5f, 0.5f, 0.5f, 0.5f};

        Target decoded = rounded(new Basis(List.of(new Target("up", 2, 3, 4, a, b))));

        assertArrayEquals(a, decoded.a(), 6e-8f);
        assertArrayEquals(b, decoded.b(), 6e-8f);
    }

    @Test
    void encodeBfloat16_ofAnyBasis_hasTwoBytesAValue() {
        Basis basis = random(30, 20, 4);

        int header = 4 + 4 + 4 + "up".length() + 3 * 4;
        assertEquals(header + 2 * 4 * (30 + 20), BasisCodec.encodeBfloat16(basis).length);
        assertEquals(header + 4 * 4 * (30 + 20), BasisCodec.encode(basis).length);
    }

    @Test
    void encodeBfloat16_oneTarget_hasTheseBytes() {
        Basis basis =
                new Basis(
                        List.of(
                                new Target(
                                        "q", 1, 2, 1, new float[] {0.6f, -0.8f}, new float[] {1})));

        assertEquals(
                "47534232" // GSB2
                        + "01000000" // targets
                        + "0100000071" // q
                        + "010000000200000001000000" // rank, in, out
                        + "1a3f4dbf" // A: 0.6015625, -0.80078125
                        + "803f", // B
                HexFormat.of().formatHex(BasisCodec.encodeBfloat16(basis)));
    }

    /** Coins, QR and rounding are the same on every machine. */
    @Test
    void decode_rounded_givesTheseFloatsAnywhere() throws ArtifactFormatException {
        Basis decoded = BasisCodec.decode(BasisCodec.encodeBfloat16(random(48, 40, 8)));

        assertEquals("91099108", Digest.of(BasisCodec.encode(decoded)).brief());
    }

    @Test
    void decode_roundedButNotOrthonormal_isRefusedByName() {
        Target sound = random(6, 5, 2).targets().getFirst();
        float[] longer = sound.b().clone();
        for (int i = 0; i < longer.length; i++) {
            longer[i] *= 2;
        }
        Basis bad = new Basis(List.of(new Target("up", 2, 5, 6, sound.a(), longer)));

        var error = assertThrows(ArtifactFormatException.class, () -> rounded(bad));

        String message = error.getMessage();
        assertTrue(
                message.startsWith("factor is not orthonormal: name=B of up, departure="), message);
        assertTrue(message.endsWith(", bound=0.03125"), message);
    }

    @Test
    void decode_roundedZeros_areRefusedByName() {
        Basis zeros =
                new Basis(List.of(new Target("up", 1, 2, 2, new float[2], new float[] {1, 0})));

        var error = assertThrows(ArtifactFormatException.class, () -> rounded(zeros));

        assertEquals(
                "factor is not orthonormal: name=A of up, departure=1.0, bound=0.03125",
                error.getMessage());
    }

    @Test
    void encodeBfloat16_valueBeyondItsRange_isRefused() {
        Basis large =
                new Basis(
                        List.of(
                                new Target(
                                        "q",
                                        1,
                                        1,
                                        1,
                                        new float[] {Float.MAX_VALUE},
                                        new float[] {1})));

        var error =
                assertThrows(
                        IllegalArgumentException.class, () -> BasisCodec.encodeBfloat16(large));

        assertEquals("value has no bf16: value=3.4028235E38", error.getMessage());
    }
}
