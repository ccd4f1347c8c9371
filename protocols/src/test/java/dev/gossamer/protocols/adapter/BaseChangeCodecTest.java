package dev.gossamer.protocols.adapter;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.protocols.algebra.Factored;
import dev.gossamer.protocols.random.CounterRandom;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

class BaseChangeCodecTest {
    private static final CounterRandom COINS = CounterRandom.of(1, "test", 0, "");

    private static DMatrixRMaj random(int rows, int columns) {
        DMatrixRMaj matrix = new DMatrixRMaj(rows, columns);
        for (int i = 0; i < matrix.getNumElements(); i++) {
            matrix.data[i] = (float) COINS.nextDouble();
        }
        return matrix;
    }

    private static Residual residual(String name, int rows, int inner, int columns) {
        return new Residual(name, new Factored(random(rows, inner), random(inner, columns)));
    }

    private static byte[] encoded(List<Residual> residuals) {
        return BaseChangeCodec.encode(new BaseChange(Optional.empty(), residuals));
    }

    private static double largestDifference(Residual one, Residual other) {
        DMatrixRMaj difference = one.change().product();
        CommonOps_DDRM.subtractEquals(difference, other.change().product());
        return CommonOps_DDRM.elementMaxAbs(difference);
    }

    /** Factors come back as they were; a product is rounded to fp32, 6 or less in magnitude. */
    @Test
    void roundTrip_thinAndThick_takesTheFewerValues() throws ArtifactFormatException {
        List<Residual> residuals = List.of(residual("thin", 9, 2, 7), residual("thick", 5, 6, 4));

        byte[] content = encoded(residuals);
        List<Residual> back = BaseChangeCodec.decode(content).residuals();

        assertEquals(List.of("thin", "thick"), back.stream().map(Residual::target).toList());
        assertEquals(0, largestDifference(residuals.get(0), back.get(0)));
        assertTrue(largestDifference(residuals.get(1), back.get(1)) < 0x1p-21);
        assertEquals(32, residuals.get(0).values());
        assertEquals(20, residuals.get(1).values());
        int headers = 40 + 2 * 16 + "thin".length() + "thick".length();
        assertEquals(headers + 4 * (32 + 20), content.length);
        assertArrayEquals(content, encoded(back));
    }

    @Test
    void roundTrip_changeThatFollows_namesTheOneBefore() throws ArtifactFormatException {
        byte[] first = encoded(List.of(residual("a", 3, 1, 2)));
        BaseChange next =
                new BaseChange(Optional.of(Digest.of(first)), List.of(residual("a", 3, 1, 2)));

        assertEquals(Optional.empty(), BaseChangeCodec.decode(first).previous());
        assertEquals(
                next.previous(), BaseChangeCodec.decode(BaseChangeCodec.encode(next)).previous());
        assertThrows(
                IllegalArgumentException.class, () -> new BaseChange(Optional.empty(), List.of()));
    }

    @Test
    void artifact_cutAnywhereOrTooLong_isRefused() {
        byte[] content = encoded(List.of(residual("a", 3, 1, 2)));

        for (int length = 0; length < content.length; length++) {
            byte[] cut = Arrays.copyOf(content, length);
            assertThrows(ArtifactFormatException.class, () -> BaseChangeCodec.decode(cut));
        }
        byte[] longer = Arrays.copyOf(content, content.length + 1);
        assertThrows(ArtifactFormatException.class, () -> BaseChangeCodec.decode(longer));
    }

    /** Sides that claim more than there is are refused before anything is allocated for them. */
    @ParameterizedTest
    @ValueSource(ints = {0, -1, Integer.MAX_VALUE, 1 << 20, 1000})
    void artifact_sidesOutOfRange_areRefused(int side) {
        byte[] content = encoded(List.of(residual("a", 3, 1, 2)));

        for (int at : new int[] {36, 40, 45, 49, 53}) {
            byte[] bad = content.clone();
            ByteBuffer.wrap(bad).order(ByteOrder.LITTLE_ENDIAN).putInt(at, side);
            assertThrows(ArtifactFormatException.class, () -> BaseChangeCodec.decode(bad));
        }
    }

    @Test
    void artifact_valueNotFiniteOrNameTwice_isRefused() {
        byte[] twice = encoded(List.of(residual("a", 3, 1, 2), residual("a", 3, 1, 2)));
        byte[] bad = encoded(List.of(residual("a", 3, 1, 2)));
        ByteBuffer.wrap(bad).order(ByteOrder.LITTLE_ENDIAN).putFloat(bad.length - 4, Float.NaN);

        assertThrows(ArtifactFormatException.class, () -> BaseChangeCodec.decode(bad));
        var error =
                assertThrows(ArtifactFormatException.class, () -> BaseChangeCodec.decode(twice));
        assertEquals("target named twice: name=a", error.getMessage());
    }
}
